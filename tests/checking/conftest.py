"""One site made of all cases, and what comes of its builds."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from sphinx.testing.util import SphinxTestApp

from sphinx_emrun.checking.checks import Report
from sphinx_emrun.domain import get_domain

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path.name for path in FOLDER.glob("*.*") if path.suffix in {".rst", ".md"})
WHEEL = "sample-1.0-py3-none-any.whl"
CONF = f"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest", "sphinx.ext.napoleon"]
extensions += ["sphinx_emrun"]
show_warning_types = True
emrun_project = "{WHEEL}"
emrun_doctest_blocks = "all"
doctest_global_setup = "from sample import Doubler, join"
"""
METADATA = {
    "METADATA": "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "RECORD": "",
}
WARNING = re.compile(r"(?P<file>/\S+?):(?P<line>\d*): WARNING: (?P<text>.*) \[(?P<kind>[\w.]+)\]", re.DOTALL)


class Found(NamedTuple):
    """One warning."""

    file: str
    line: str
    text: str
    kind: str


class Built(NamedTuple):
    """What came of a build of all cases."""

    outdir: Path
    exit_status: int
    warnings: list[Found]
    status: str
    report: Report
    bundle: Path


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All cases, as the pages of one site."""
    folder = tmp_path_factory.mktemp("checking") / "source"
    shutil.copytree(FOLDER, folder)
    (folder / "conf.py").write_text(CONF)
    (folder / "links").mkdir()
    (folder / "links" / "outside.csv").symlink_to(__file__)
    (folder / "index.rst").write_text("Cases\n=====\n\n.. toctree::\n   :glob:\n\n   *\n")
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        for module in FOLDER.glob("*.py"):
            wheel.write(module, module.name)
        for name, text in METADATA.items():
            wheel.writestr(f"sample-1.0.dist-info/{name}", text)
    return folder


def build(source: Path, builder: str) -> Built:
    """Build with a builder; the environment is shared."""
    app = SphinxTestApp(builder, srcdir=source)
    app.build()
    text, status = (re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()) for out in (app.warning, app.status))
    domain = get_domain(app.env)
    app.cleanup()
    # A warning goes on in the lines that name no file.
    found = [WARNING.fullmatch(each) for each in re.split(r"\n(?=/\S+:\d*: WARNING)", text.strip())]
    assert None not in found, text
    assert domain.report is not None
    assert domain.draft is not None
    warnings = [part for each in found if each for part in _parts(Found(**each.groupdict()))]
    return Built(Path(app.outdir), app.statuscode, warnings, status, domain.report, domain.draft.folder)


def _parts(warning: Found) -> list[Found]:
    """The failures of one block, which one warning tells, by themselves."""
    first, *others = re.split(r"\nAlso line (\d+): ", warning.text)
    lines, texts = [warning.line, *others[::2]], [first, *others[1::2]]
    return [warning._replace(line=line, text=text) for line, text in zip(lines, texts, strict=True)]


@pytest.fixture(scope="session")
def checked(source: Path) -> Built:
    """The check alone."""
    return build(source, "emrun")
