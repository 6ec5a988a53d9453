"""The trimmed standard library, really booted."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from sphinx_emrun import resources
from sphinx_emrun.bundle.archive import read_zip
from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.interpreter import Interpreter, find_interpreter
from sphinx_emrun.bundle.stdlib import left_out, standard_library
from tests.bundle.conftest import Steps

IMPORT_ALL = Path(__file__).with_name("import_all.py")
ORIGINS = Path(__file__).with_name("origins.py")


def stock() -> Path:
    return resources.third_party_dir() / "pyodide" / "python_stdlib.zip"


def modules(image: Path) -> list[str]:
    with zipfile.ZipFile(image) as archive:
        files = [name for name in archive.namelist() if name.endswith(".py")]
    names = (name.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for name in files)
    return [name for name in names if not name.endswith("__main__")]


def imported(interpreter: Interpreter, names: list[str]) -> set[str]:
    """Those of the names that the interpreter can import."""
    errors = json.loads(interpreter.run(IMPORT_ALL, names))
    return {name for name, error in errors.items() if error is None}


def test_all_that_stock_imports_is_importable_but_what_the_table_leaves_out(interpreter: Interpreter) -> None:
    names = modules(stock())
    table = tuple(left_out())
    beneath = tuple(f"{name}." for name in table)
    gone = {name for name in names if name in table or name.startswith(beneath)}
    in_stock = imported(interpreter.starting_from(stock()), names)
    assert len(in_stock) > 500
    assert imported(interpreter, names) == in_stock - gone


def test_what_is_said_not_to_be_importable_is_not(interpreter: Interpreter) -> None:
    said = [name for name, reason in left_out().items() if "cannot be imported" in reason]
    assert said
    assert imported(interpreter.starting_from(stock()), said) == set()


def test_a_start_compiles_nothing(interpreter: Interpreter) -> None:
    origins = json.loads(interpreter.run(ORIGINS, None))
    assert len(origins) > 120
    assert {name: origin for name, origin in origins.items() if not origin.endswith(".pyc")} == {}


def test_every_module_keeps_its_source(interpreter: Interpreter) -> None:
    assert interpreter.stdlib is not None
    image = read_zip(interpreter.stdlib.read_bytes())
    compiled = {name for name in image if name.endswith(".pyc")}
    assert {name.removesuffix("c") for name in compiled} <= set(image)
    assert image["json/__init__.py"] == read_zip(stock().read_bytes())["json/__init__.py"]
    assert b"/lib/python314.zip/json/__init__.py" in image["json/__init__.pyc"]


def test_our_own_modules_are_in_it(interpreter: Interpreter) -> None:
    assert interpreter.stdlib is not None
    image = read_zip(interpreter.stdlib.read_bytes())
    sources = resources.static_dir() / "py"
    ours = {file.relative_to(sources).as_posix(): file.read_bytes() for file in sources.glob("_emrun/*.py")}
    assert {name: content for name, content in image.items() if name in ours} == ours


def test_the_full_one_leaves_nothing_out(interpreter: Interpreter, cache: Path) -> None:
    full = standard_library("full", interpreter, cache=Cache(cache), progress=Steps())
    assert set(read_zip(stock().read_bytes())) <= set(read_zip(full.image.read_bytes()))
    assert full.pyodide == "314.0.7"


def test_the_one_that_came_with_the_installation_is_what_would_be_made(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps()
    stock = find_interpreter(Cache(cache))
    prebuilt = standard_library("trimmed", stock, cache=Cache(tmp_path), progress=steps)
    assert prebuilt.image.is_relative_to(resources.prebuilt_dir())
    assert steps == []
    monkeypatch.setattr(resources, "prebuilt_dir", lambda: tmp_path / "none")
    made = standard_library("trimmed", stock, cache=Cache(tmp_path), progress=steps)
    assert steps == ["compiling the standard library"]
    assert made.image.read_bytes() == prebuilt.image.read_bytes()
