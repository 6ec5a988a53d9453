"""What is compared: each a site with one page, on which every program can be run and stopped."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.resources import third_party_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SITES = Path(__file__).with_name("sites")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A page to measure."""

    name: str
    #: Makes its site, with an ``index.html``, in a folder that does not exist yet.
    make: Callable[[Path], None]
    #: What ``probe.js`` has to know: CSS selectors of a block, where ``NAME`` is the program's, and of its
    #: buttons, and the attribute that has its state.
    selectors: Mapping[str, str]


def _sphinx(out: Path) -> None:
    source = SITES / "sphinx_emrun"
    subprocess.run([sys.executable, "-m", "sphinx", "-qWb", "html", source, out], check=True)


def _load_pyodide(out: Path) -> None:
    shutil.copytree(SITES / "load_pyodide", out)
    for name in ("pyodide", "xterm"):
        shutil.copytree(third_party_dir() / name, out / name)
    files = (SITES / "sphinx_emrun" / "programs").glob("*.py")
    programs = {file.stem: file.read_text("utf-8") for file in files}
    (out / "programs.json").write_text(json.dumps(programs), encoding="utf-8")


OURS = Subject(
    name="sphinx-emrun",
    make=_sphinx,
    selectors={
        "block": ".emrun:has(#NAME)",
        "state": "data-emrun-state",
        "run": '[data-emrun-action="run"]',
        "stop": '[data-emrun-action="stop"]',
    },
)
#: Stock Pyodide and xterm.js from the same files.
BASELINE = Subject(
    name="loadPyodide",
    make=_load_pyodide,
    selectors={"block": "#NAME", "state": "data-state", "run": ".run", "stop": ".stop"},
)
SUBJECTS = (OURS, BASELINE)
