"""Programs at a terminal show on ours what they show on Linux."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from case import Case, Runner, Shown, read_case
from kernel import CPython
from node import Node
from reference import newest_python

from sphinx_emrun.bundle import BundleRequest, make_bundle

CASES = sorted(Path(__file__).parent.glob("cases/*.toml"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle without packages."""
    request = BundleRequest(project=None)
    return make_bundle(
        request, cache=tmp_path_factory.mktemp("bundle"), progress=lambda _: nullcontext()
    ).folder


@pytest.fixture(scope="module")
def cpython() -> CPython:
    return CPython(newest_python())


@pytest.fixture(scope="module")
def node(bundle: Path) -> Iterator[Runner]:
    """Ours: where a browser is to run the cases, too, it takes this one's place."""
    runner = Node(bundle)
    yield runner
    runner.close()


@pytest.mark.alone
@pytest.mark.xdist_group("terminal")
@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_case(file: Path, cpython: CPython, node: Runner, tmp_path: Path) -> None:
    case = read_case(file)
    program = tmp_path / "program.py"
    compare(case, cpython.run(case, program), node.run(case, program))


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
