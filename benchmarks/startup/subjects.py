"""What is compared: each a site with one page that prints when a button is pressed."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.startup import jupyterlite
from benchmarks.startup.making import add_to_lock, copied_page, environment, npm_package, replace, sphinx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.startup.programs import Program

PYSCRIPT = "@pyscript/core@0.7.31"
#: The whole distribution: our own files have no script for pages that know no modules.
PYODIDE = "pyodide@314.0.7"
SPHINX_PYODIDE = "sphinx-pyodide==0.1.1"
#: PyScript loads it always, sphinx-pyodide where there are packages.
MICROPIP = "micropip==0.11.1"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A page to measure."""

    name: str
    #: Makes its site, with an ``index.html``, in a folder that does not exist yet. Raises NotMadeError.
    make: Callable[[Path, Program], None]
    #: CSS selector of what is clicked.
    button: str
    #: CSS selector of the element, there from the start, in which the output appears, if not in a frame.
    output: str = "body"
    #: What its prompt looks like, where it has one.
    prompt: str = ""
    #: It has nothing to do with the program.
    one_program: bool = False


def _sphinx_emrun(out: Path, program: Program) -> None:
    options = {"emrun_project": None, "emrun_check": "off", "emrun_requirements": list(program.requirements)}
    sphinx(sys.executable, out, "runnable::", program, extensions=["sphinx_emrun"], **options)


def _load_pyodide(out: Path, program: Program) -> None:
    wheels = copied_page(out, "load-pyodide", program)
    replace(out / "index.html", "WHEELS", "".join(f"<li>{wheel}</li>" for wheel in wheels))


def _pyscript(out: Path, program: Program) -> None:
    wheels = copied_page(out, "pyscript", program)
    with npm_package(PYSCRIPT) as package:
        shutil.copytree(package / "dist", out / "core", ignore=shutil.ignore_patterns("*.map"))
    add_to_lock(out / "pyodide", (MICROPIP,))
    config = {"interpreter": "./pyodide/pyodide.mjs", "packages": [f"./wheels/{wheel}" for wheel in wheels]}
    (out / "config.json").write_text(json.dumps(config), "utf-8")


def _sphinx_pyodide(out: Path, program: Program) -> None:
    names = [requirement.partition("==")[0] for requirement in program.requirements]
    directive = f"pyodide::\n   :packages: {', '.join(names)}" if names else "pyodide::"
    with environment(sys.executable, SPHINX_PYODIDE) as python:
        options = {"extensions": ["sphinx_pyodide"], "pyodide_build_output": False}
        sphinx(python, out, directive, program, **options)
    with npm_package(PYODIDE) as package:
        shutil.copytree(package, out / "pyodide", ignore=shutil.ignore_patterns("*.map", "*.d.ts"))
    add_to_lock(out / "pyodide", (*program.requirements, MICROPIP))
    replace(out / "index.html", r"https://[^\"']*/pyodide\.js", "pyodide/pyodide.js")


def _floor(out: Path, program: Program) -> None:
    copied_page(out, "floor", program)
    ours = out / "ours"
    _sphinx_emrun(ours, program)
    (snapshot,) = ours.glob("_static/emrun/*/snapshot.bin")
    shutil.copy(snapshot, out)
    shutil.rmtree(ours)


OURS = Subject(
    name="sphinx-emrun",
    make=_sphinx_emrun,
    button='[data-emrun-action="run"]',
    output=".emrun-terminal",
    prompt=">>>",
)
#: Stock Pyodide from the same files: what the others are measured against.
BASELINE = Subject(name="loadPyodide", make=_load_pyodide, button="button", output="#output")
FLOOR = Subject(name="floor", make=_floor, button="button", output="#output", one_program=True)
PEERS = (
    Subject(name="pyscript", make=_pyscript, button=".py-editor-run-button"),
    Subject(name="sphinx-pyodide", make=_sphinx_pyodide, button="#pyodide-enable-button"),
    Subject(
        name="jupyterlite",
        make=jupyterlite.make,
        button=".jupyterlite_sphinx_try_it_button",
    ),
)
SUBJECTS = {subject.name: subject for subject in (OURS, BASELINE, FLOOR, *PEERS)}
