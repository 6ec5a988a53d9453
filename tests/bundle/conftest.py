"""A cache for the whole run: what the bundled interpreter compiles is the same for every test."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sphinx_emrun.bundle import Bundle
from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.interpreter import Interpreter, find_interpreter
from sphinx_emrun.bundle.stdlib import standard_library

TINY = Path(__file__).parents[1] / "cases" / "projects" / "tiny"

MakeProject = Callable[..., Path]


def installed_files(bundle: Bundle) -> dict[str, bytes]:
    """The content of a bundle's site-packages."""
    if not bundle.manifest.index:
        return {}
    index = json.loads((bundle.folder / bundle.manifest.index).read_bytes())
    images = [gzip.decompress((bundle.folder / image).read_bytes()) for image in index["images"]]
    return {
        path: images[image][start : start + size] for path, (image, start, size) in index["files"].items()
    }


class Steps(list[str]):
    """A progress that remembers the steps it was told of."""

    @contextlib.contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        self.append(step)
        yield


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all the processes of this run; a cache may be shared."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "bundle-cache"


@pytest.fixture(scope="session")
def interpreter(cache: Path) -> Interpreter:
    """The bundled interpreter, starting from the trimmed standard library."""
    entries = Cache(cache)
    stock = find_interpreter(entries)
    library = standard_library("trimmed", stock, cache=entries, progress=Steps())
    return stock.starting_from(library.image)


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Makes a copy of a small project, with the replacements given for texts of its build backend."""

    def make(**backend: object) -> Path:
        project = shutil.copytree(TINY, tmp_path / "project" / "tiny")
        file = project / "backend.py"
        text = file.read_text(encoding="utf-8")
        for name, value in backend.items():
            line = next(line for line in text.splitlines() if line.startswith(f"{name} = "))
            text = text.replace(line, f"{name} = {value!r}")
        file.write_text(text, encoding="utf-8")
        return project

    return make
