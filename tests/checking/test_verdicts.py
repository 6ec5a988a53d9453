"""Transcripts under Python's own doctest and under the check: what passes is the same.

Each file of ``verdicts`` is the text of a docstring. Where the two differ, ``differences.toml`` says why, for
a check with the flags that it names.
"""

from __future__ import annotations

import ast
import subprocess
import tomllib
from pathlib import Path

import pytest
from equipment import newest_python
from judging import native, ours, run

from sphinx_emrun.checking.plan import Place, Step
from sphinx_emrun.checking.verdict import DEFAULT_FLAGS, failures

from .conftest import Built

pytestmark = pytest.mark.xdist_group("checking")
FOLDER = Path(__file__).parent / "verdicts"
CASES = sorted(FOLDER.glob("*.txt"))
DIFFERENCES = tomllib.loads((FOLDER / "differences.toml").read_text("utf-8"))["difference"]
#: A program that prints the folder of a Python's own tests.
WHERE_IT_LIES = "import sysconfig; print(sysconfig.get_path('stdlib') + '/test')"
Difference = tuple[str, int, str, bool]


def differences(bundle: Path, texts: dict[str, str], flags: int) -> set[Difference]:
    """The examples on which our verdict is not doctest's; `texts`: {name: transcript}."""
    steps = [
        Step(
            source=text,
            place=Place(source=name, line=1),
            ident=name,
            namespace=name,
            kind="transcript",
            filename=name,
        )
        for name, text in texts.items()
    ]
    groups = [{"name": "", "module": "__main__", "blocks": [["", text, []]]} for text in texts.values()]
    outcomes = run(bundle, [step.program(flags) for step in steps])
    found: set[Difference] = set()
    for step, outcome, theirs in zip(steps, outcomes, native(bundle, groups, flags), strict=True):
        failing = {failure.line for failure in failures(step, outcome, flags)}
        mine = ours(step, outcome, failing)
        assert [source for source, _ in mine] == [source for source, _ in theirs], step.ident
        found |= {
            (step.ident, number, source.splitlines()[0], passed)
            for number, ((source, passed), (_, wanted)) in enumerate(zip(mine, theirs, strict=True))
            if passed != wanted
        }
    return found


@pytest.mark.parametrize(("flags", "named"), [(0, "none"), (DEFAULT_FLAGS, "default")])
def test_what_doctest_passes_passes_and_what_it_fails_fails(checked: Built, flags: int, named: str) -> None:
    expected = {
        (example["case"], example["number"], example["source"], example["passes"])
        for difference in DIFFERENCES
        for example in difference["examples"]
        if named in difference["flags"]
    }
    texts = {case.stem: case.read_text("utf-8") for case in CASES}
    assert differences(checked.bundle, texts, flags) == expected


def material() -> dict[str, str]:
    """{name: text} of the files and docstrings with which CPython tests its own doctest."""
    library = Path(subprocess.check_output([newest_python(), "-c", WHERE_IT_LIES], text=True).strip())
    found = {file.name: file.read_text("utf-8") for file in sorted(library.rglob("test_doctest*.txt"))}
    for file in sorted([*library.rglob("test_doctest*.py"), *library.rglob("sample_doctest*.py")]):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                name = f"{file.name}:{getattr(node, 'lineno', 0)}"
                found[name] = ast.get_docstring(node) or ""
    return {name: text for name, text in found.items() if ">>>" in text}


def test_the_material_of_cpythons_tests(checked: Built) -> None:
    texts = material()
    if not texts:
        pytest.skip("Debian's Python comes without the tests of its standard library")
    assert sum(text.count(">>>") for text in texts.values()) > 500
    assert differences(checked.bundle, texts, 0) == set()


def test_the_cases_hold_what_passes_and_what_fails(checked: Built) -> None:
    texts = [case.read_text("utf-8") for case in CASES]
    groups = [{"name": "", "module": "__main__", "blocks": [["", text, []]]} for text in texts]
    verdicts = [passed for found in native(checked.bundle, groups, 0) for _, passed in found]
    assert verdicts.count(True) > 100
    assert verdicts.count(False) > 40
