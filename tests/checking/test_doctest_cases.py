"""The same pages under ``sphinx.ext.doctest`` and under the check: what fails is the same.

``fails: STATEMENT`` in a page of ``doctest_cases`` is the first line of an example that fails under both.
Where there is a ``native: STATEMENT``, these fail under ``sphinx.ext.doctest``, which runs on another Python.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from sphinx_emrun.checking.verdict import NOT_RUN

from .conftest import Built, build

FOLDER = Path(__file__).parent / "doctest_cases"
CASES = sorted(path.stem for path in FOLDER.glob("*.rst"))
CONF = """
extensions = ["sphinx.ext.doctest", "sphinx_emrun"]
show_warning_types = True
emrun_project = None
emrun_doctest_blocks = "all"
doctest_global_setup = "import sys"
doctest_global_cleanup = "assert sys"
"""
DOCUMENT = re.compile(r"^Document: (\w+)\n-+\n", re.MULTILINE)
EXAMPLE = re.compile(r"^Failed example:\n    (.*)", re.MULTILINE)

pytestmark = pytest.mark.xdist_group("doctest_cases")
Failing = dict[str, list[str]]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All cases, as the pages of one site."""
    folder = tmp_path_factory.mktemp("doctest") / "source"
    shutil.copytree(FOLDER, folder)
    (folder / "conf.py").write_text(CONF)
    (folder / "index.rst").write_text("Cases\n=====\n\n.. toctree::\n   :glob:\n\n   *\n")
    return folder


@pytest.fixture(scope="module")
def checked(source: Path) -> Built:
    """The check."""
    return build(source, "emrun")


@pytest.fixture(scope="module")
def native(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Failing:
    """What fails under ``sphinx.ext.doctest``."""
    out = tmp_path_factory.mktemp("native")
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-b", "doctest", source, out], capture_output=True)
    _, *parts = DOCUMENT.split((out / "output.txt").read_text("utf-8"))
    return {page: EXAMPLE.findall(text) for page, text in zip(parts[::2], parts[1::2], strict=True)}


@pytest.fixture(scope="module")
def ours(checked: Built) -> Failing:
    """What fails under the check."""
    found = defaultdict(list)
    for each in checked.report.checked:
        step = each.step
        for failure in (other for other in each.failures if other.text != NOT_RUN):
            lines = step.source.split("\n")
            statement = lines[failure.line if step.kind == "transcript" else 0]
            found[each.docname].append(statement.removeprefix(">>> "))
    return found


def expected(case: str, field: str) -> list[str]:
    """What a case says."""
    return re.findall(rf"^\.\. {field}: (.*)$", (FOLDER / f"{case}.rst").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("case", CASES)
def test_what_fails_is_what_the_case_says(ours: Failing, case: str) -> None:
    assert sorted(ours[case]) == sorted(expected(case, "fails"))


@pytest.mark.parametrize("case", CASES)
def test_the_same_fails_under_sphinx_ext_doctest(native: Failing, case: str) -> None:
    assert sorted(native[case]) == sorted(expected(case, "native") or expected(case, "fails"))
