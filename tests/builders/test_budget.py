"""The build says when readers load more than the author wants."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinx_emrun import cli
from sphinx_emrun.bundle.contents import Contents, Part, Size

if TYPE_CHECKING:
    from tests.builders.conftest import FakeBundler
    from tests.conftest import MakeSite, WarningsOf

SIZE = Size(raw=9_000_000, gzip=8_100_000, brotli=8_000_000)
CONTENTS = Contents(parts=(Part(name="Python", when="run", size=SIZE),), packages=(), shares=())


@pytest.mark.parametrize(("budget", "kinds"), [("None", []), ("'8.1 MB'", []), ("'8 MB'", ["emrun.budget"])])
def test_budget(
    make_site: MakeSite,
    bundler: FakeBundler,
    warnings_of: WarningsOf,
    monkeypatch: pytest.MonkeyPatch,
    budget: str,
    kinds: list[str],
) -> None:
    asked: list[Path] = []

    def open_contents(folder: Path, _cache: object) -> Contents:
        asked.append(folder)
        return CONTENTS

    monkeypatch.setattr("sphinx_emrun.bundle.open_contents", open_contents)
    conf = f'extensions = ["sphinx_emrun"]\nshow_warning_types = True\nemrun_budget = {budget}\n'
    app = make_site("plain", pages={"conf.py": conf, "index.rst": "Title\n=====\n\n.. runnable::\n\n   1\n"})
    app.build()
    said = [text for text in warnings_of(app) if "budget" in text]
    assert len(said) == len(kinds)
    for text, kind in zip(said, kinds, strict=True):
        assert f"[{kind}]" in text
        assert "8.10 MB before the first output, and emrun_budget is 8 MB" in text
    assert asked == ([] if budget == "None" else [bundler.folder / bundler.digest])


def test_the_report_of_what_is_no_site_says_so(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        assert cli.main(["report", str(tmp_path)]) == 1
    assert "holds no page with blocks that run" in said.getvalue()
