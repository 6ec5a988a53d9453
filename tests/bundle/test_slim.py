"""A site's interpreter has what the site's packages take from it, and no more."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import subprocess
from pathlib import Path

import pytest

from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.errors import InterpreterError
from sphinx_emrun.bundle.interpreter import Interpreter, node_binary
from sphinx_emrun.bundle.slim import SCRIPT, WASM, slim

#: WebAssembly's magic and version; the section of imports; an imported function, an imported variable.
HEADER, IMPORTS, FUNCTION, VARIABLE = b"\0asm\1\0\0\0", 2, b"\x00\x00", b"\x03\x7f\x01"
OPERATOR_NEW, ICONV = "_Znwm", "iconv"
#: What gives the addresses of OpenGL's functions, and one whose address it needs.
PROC_ADDRESS, OPENGL = "eglGetProcAddress", "emscripten_glActiveTexture"


def text(name: str) -> bytes:
    return bytes([len(name)]) + name.encode()


def library(folder: Path) -> Path:
    """A compiled part of a package, which needs C++, iconv(3) and OpenGL."""
    items = [
        text("env") + text(OPERATOR_NEW) + FUNCTION,
        text("GOT.func") + text(ICONV) + VARIABLE,
        text("env") + text(PROC_ADDRESS) + FUNCTION,
        text("other") + text("_ZSt9terminatev") + FUNCTION,
    ]
    content = bytes([len(items)]) + b"".join(items)
    file = folder / "library.so"
    file.write_bytes(HEADER + bytes([IMPORTS, len(content)]) + content)
    return file


def slimmed(interpreter: Interpreter, cache: Path, *libraries: Path) -> tuple[Path, dict[str, Path]]:
    return slim(interpreter, libraries, cache=Cache(cache), progress=lambda _: contextlib.nullcontext())


def names(folder: Path, *names: str) -> list[bool]:
    """Which of these the module exports or imports."""
    wasm = (folder / WASM).read_bytes()
    return [text(name) in wasm for name in names]


def test_what_nothing_can_use_is_gone(interpreter: Interpreter, tmp_path: Path) -> None:
    folder, parts = slimmed(interpreter, tmp_path)
    assert names(folder, OPERATOR_NEW, ICONV, "PyLong_AsLong", "strlen") == [False, False, True, True]
    # For each such address Emscripten would make a module of its own, at each start.
    assert names(folder, PROC_ADDRESS, OPENGL, "GOT.func") == [False, False, False]
    before, after = ((place / WASM).stat().st_size for place in (interpreter.distribution, folder))
    assert after < 0.75 * before
    assert sorted(parts) == [
        f"parts/{name}.bin" for name in ("codecs", "lzma", "names", "sqlite", "tests", "zstd")
    ]


def test_what_a_package_takes_stays(interpreter: Interpreter, tmp_path: Path) -> None:
    without, _ = slimmed(interpreter, tmp_path)
    folder, _ = slimmed(interpreter, tmp_path, library(tmp_path))
    assert names(folder, OPERATOR_NEW, ICONV, "_ZSt9terminatev") == [True, True, False]
    assert names(folder, PROC_ADDRESS, OPENGL, "GOT.func") == [True, True, True]
    # Some of the variables that it imports are gone, and the others have their numbers.
    valid = "process.exit(WebAssembly.validate(require('fs').readFileSync(process.argv[1])) ? 0 : 1)"
    subprocess.run([node_binary(), "-e", valid, folder / WASM], check=True)
    # With its tables.
    assert (folder / WASM).stat().st_size > (without / WASM).stat().st_size + 100_000


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (WASM, b"iso88599", b"iso8859?", 'the table "iconv" is not where it was'),
        (WASM, text("PyInit__sqlite3"), text("PyInit__sqlite4"), "there is no PyInit__sqlite3"),
        (SCRIPT, b"updateGOT(origExports)", b"updateGOT(exports)", "0 times, not once"),
    ],
)
def test_another_build_is_refused(
    interpreter: Interpreter, tmp_path: Path, name: str, old: bytes, new: bytes, sentence: str
) -> None:
    other = Path(shutil.copytree(interpreter.distribution, tmp_path / "pyodide"))
    content = (other / name).read_bytes()
    assert old in content
    (other / name).write_bytes(content.replace(old, new))
    with pytest.raises(InterpreterError, match=sentence):
        slimmed(dataclasses.replace(interpreter, distribution=other), tmp_path)
