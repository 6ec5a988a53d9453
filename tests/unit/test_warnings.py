"""What an author gets wrong: each case is a page in ``tests/cases/warnings`` that says what is to come of it.

``expect: LINE [TYPE] TEXT`` is a warning (docutils' own has no type), ``keeps: TEXT`` what the text builder
must still show. No other warning may be there.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from sphinx.testing.util import SphinxTestApp

FOLDER = Path(__file__).parent.parent / "cases" / "warnings"
CASES = sorted(path.name for path in FOLDER.glob("*.*") if path.suffix in {".rst", ".md"})


class Built(NamedTuple):
    """The site made of all cases."""

    out: Path
    warnings: list[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Builds all cases at once, each is a page."""
    source = tmp_path_factory.mktemp("warnings") / "source"
    shutil.copytree(FOLDER, source)
    (source / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx_emrun"]\nshow_warning_types = True\nemrun_check = "off"\n'
    )
    (source / "index.rst").write_text("Cases\n=====\n\n.. toctree::\n   :glob:\n\n   *\n")
    app = SphinxTestApp("text", srcdir=source)
    app.build()
    text = re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
    app.cleanup()
    # A message goes on in the lines that name no page.
    return Built(Path(app.outdir), re.split(r"\n(?=/)", text.strip()))


@pytest.mark.parametrize("case", CASES)
def test_case_gets_its_warnings_and_keeps_its_content(built: Built, case: str) -> None:
    fields = re.findall(
        r"^(?:\.\.|%) (expect|keeps): (.*)$", (FOLDER / case).read_text("utf-8"), re.MULTILINE
    )
    expected = [value for field, value in fields if field == "expect"]
    found = [line.split(f"/{case}:", 1)[1] for line in built.warnings if f"/{case}:" in line]
    assert [warning for warning in found if not any(says(warning, value) for value in expected)] == []
    assert [value for value in expected if not any(says(warning, value) for warning in found)] == []
    shown = (built.out / case).with_suffix(".txt").read_text("utf-8")
    assert [value for field, value in fields if field == "keeps" and value not in shown] == []


def says(warning: str, expected: str) -> bool:
    """Whether a warning is at the line, of the type (if given), and has the text that a case expects."""
    match = re.fullmatch(r"(\d+) (\[\S+\] )?(.*)", expected)
    assert match is not None, expected
    line, kind, text = match.groups("")
    return warning.startswith(f"{line}: ") and text in warning and warning.endswith(kind.strip())


def test_every_warning_names_its_page(built: Built) -> None:
    assert [line for line in built.warnings if not re.match(r"/.*\.(rst|md):\d+: ", line)] == []
