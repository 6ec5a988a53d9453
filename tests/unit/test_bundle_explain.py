"""Each case is a file: the expected explanation, a line of dashes, what uv wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinx_emrun.bundle.explain import explain

CASES = sorted((Path(__file__).parents[1] / "cases" / "uv").glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_explanation(case: Path) -> None:
    expected, message = case.read_text(encoding="utf-8").split("----\n")
    assert explain(message, "WANTED") == expected.rstrip("\n")
