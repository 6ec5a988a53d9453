"""The standard library as the page loads it: Pyodide's, trimmed, with bytecode for what every start imports.

Compiling that takes four fifths of a stock start. Modules that a start does not import carry no bytecode: it
would double the image.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sphinx_emrun import resources
from sphinx_emrun.bundle.archive import read_zip, zip_bytes
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.platform import read_platform

#: Where Pyodide mounts it, whatever its name at the server.
MOUNTED = "/lib/python314.zip/"
INSIDE = Path(__file__).with_name("inside")
LEFT_OUT = Path(__file__).with_name("left_out.toml")
NAME = "stdlib.zip"
FACTS = "facts.json"
#: Modules of ours beside `_emrun` that others import by their names.
REPLACEMENTS = ("basthon_turtle_transport.py", "webbrowser.py")
#: The module that knows what does not work in a browser.
TABLE = "_emrun/unsupported_table.py"

Extent = Literal["trimmed", "full"]


@dataclass(frozen=True, kw_only=True)
class StandardLibrary:
    """The image as it is mounted here, not compressed, and the version of Pyodide it belongs to."""

    image: Path
    pyodide: str


def standard_library(
    extent: Extent, interpreter: Interpreter, *, cache: Cache, progress: Progress
) -> StandardLibrary:
    """The standard library for the page, with our own package ``_emrun`` and modules in it."""
    stock = interpreter.distribution / "python_stdlib.zip"
    ours = _emrun_sources()
    scripts = {file.name: file_digest(file) for file in [*INSIDE.glob("*.py"), LEFT_OUT]}

    def make(folder: Path) -> None:
        with progress("compiling the standard library"):
            _make(stock, extent, ours, interpreter, folder)

    sources = {name: content.decode() for name, content in ours.items()}
    folder = cache.entry(
        "stdlib", key(file_digest(stock), extent, sources, scripts, interpreter.platform), make
    )
    return StandardLibrary(image=folder / NAME, pyodide=json.loads((folder / FACTS).read_text())["pyodide"])


def compressed(library: StandardLibrary, *, cache: Cache) -> Path:
    """The image as the page loads it."""

    def make(folder: Path) -> None:
        (folder / NAME).write_bytes(zip_bytes(read_zip(library.image.read_bytes())))

    return cache.entry("stdlib-zip", library.image.parent.name, make) / NAME


def left_out() -> dict[str, str]:
    """What the trimmed library leaves out, as {module or file: reason}."""
    table = tomllib.loads(LEFT_OUT.read_text(encoding="utf-8"))["left_out"]
    return {name: group["reason"] for group in table for name in group["names"]}


def trim(members: dict[str, bytes]) -> dict[str, bytes]:
    """The members of the archive {path: content} that the trimmed library keeps."""
    files = {name for name in left_out() if "/" in name}
    modules = tuple(name.replace(".", "/") for name in left_out() if "/" not in name)
    folders = tuple(f"{module}/" for module in modules)
    gone = files | {f"{module}.py" for module in modules}
    return {
        name: content
        for name, content in members.items()
        if name not in gone and not name.startswith(folders)
    }


def _emrun_sources() -> dict[str, bytes]:
    folder = resources.static_dir() / "py"
    files = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted([*folder.glob("_emrun/**/*.py"), *(folder / name for name in REPLACEMENTS)])
    }
    return files | {TABLE: f"TABLE = {read_platform().compact()!r}\n".encode()}


def _make(
    stock: Path, extent: Extent, ours: dict[str, bytes], interpreter: Interpreter, folder: Path
) -> None:
    members = read_zip(stock.read_bytes())
    members = (trim(members) if extent == "trimmed" else members) | ours
    image = folder / NAME
    compiled = folder / "bytecode.zip"
    # The interpreter starts from what it is going to compile: its modules know where they came from.
    image.write_bytes(zip_bytes(members, compress=False))
    request = {"source": str(image), "prefix": MOUNTED, "out": str(compiled)}
    facts = interpreter.starting_from(image).run(INSIDE / "boot_image.py", request)
    bytecode = {f"{name}c": content for name, content in read_zip(compiled.read_bytes()).items()}
    compiled.unlink()
    image.write_bytes(zip_bytes(members | bytecode, compress=False))
    (folder / FACTS).write_text(facts)
