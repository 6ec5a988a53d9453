"""What is compared: each a site with one page that prints when a button is pressed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.resources import third_party_dir

if TYPE_CHECKING:
    from collections.abc import Callable

SITES = Path(__file__).with_name("sites")
#: What every page prints.
PRINTED = "hello"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A page to measure."""

    name: str
    #: Makes its site, with an ``index.html``, in a folder that does not exist yet.
    make: Callable[[Path], None]
    #: CSS selector of what is clicked.
    button: str
    #: CSS selector of the element, there from the start, in which the output appears.
    output: str


def _sphinx(out: Path) -> None:
    subprocess.run([sys.executable, "-m", "sphinx", "-qWb", "html", SITES / "sphinx-emrun", out], check=True)


def _load_pyodide(out: Path) -> None:
    shutil.copytree(SITES / "load-pyodide", out)
    shutil.copytree(third_party_dir() / "pyodide", out / "pyodide")


OURS = Subject(
    name="sphinx-emrun", make=_sphinx, button='[data-emrun-action="run"]', output=".emrun-terminal"
)
#: Stock Pyodide from the same files: what the others are measured against.
BASELINE = Subject(name="loadPyodide", make=_load_pyodide, button="button", output="#output")
SUBJECTS = (OURS, BASELINE)
