"""Programs at a terminal show on ours what they show on Linux."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from case import Case, Runner, Shown, read_case
from equipment import CASES, Equipment, parameters
from kernel import CPython
from node import Node


@pytest.fixture(scope="module")
def node(equipment: Equipment) -> Iterator[Runner]:
    """Ours."""
    runner = Node(equipment)
    yield runner
    runner.close()


@pytest.mark.alone
@pytest.mark.xdist_group("terminal")
@pytest.mark.parametrize("file", parameters(CASES))
def test_case(file: Path, equipment: Equipment, node: Runner, tmp_path: Path) -> None:
    case = read_case(file)
    program = tmp_path / "program.py"
    compare(case, CPython(equipment).run(case, program), node.run(case, program))


def compare(case: Case, cpython: Shown, ours: Shown) -> None:
    """Assert that both showed the same, but for what the case lists."""
    expected = cpython.output
    for difference in case.differences:
        assert difference.cpython.encode() in expected, f"not different any more: {difference.reason}"
        expected = expected.replace(difference.cpython.encode(), difference.ours.encode())
    reference = Shown(output=expected, ending=case.ending or cpython.ending)
    if case.compare == "screen":
        assert ours.screen(case) == reference.screen(case)
    else:
        assert ours.output.decode(errors="backslashreplace") == expected.decode(errors="backslashreplace")
    assert ours.ending == reference.ending
