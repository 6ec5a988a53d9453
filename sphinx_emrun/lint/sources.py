"""The modules in files, folders and wheels."""

from __future__ import annotations

import os
import zipfile
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sphinx_emrun.lint.tree import Source, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What marks a folder that is no part of a project.
_FOREIGN = ("pyvenv.cfg", "CACHEDIR.TAG")
_FOREIGN_NAMES = {"node_modules", "__pycache__"}


def wheel_tree(wheel: Path) -> Tree:
    """The modules in a wheel.

    :raises OSError, zipfile.BadZipFile: when it cannot be read.
    """
    archive = zipfile.ZipFile(wheel)
    return {
        _name(PurePosixPath(path)): Source(
            path=f"{wheel}/{path}",
            package=_package(PurePosixPath(path)),
            read=partial(archive.read, path),
        )
        for path in archive.namelist()
        if path.endswith(".py") and ".data/" not in path
    }


def installed_tree(folder: Path) -> Tree:
    """The modules in a folder like ``site-packages``."""
    return {_name(file.relative_to(folder)): _source(file, folder) for file in sorted(folder.rglob("*.py"))}


def folder_tree(folder: Path) -> Tree:
    """The modules in the folder of a project, wherever in it they lie."""
    return _by_name(Path(path, name) for path, name in _walk(folder) if name.endswith(".py"))


def file_tree(file: Path) -> Tree:
    """A file that is in no package."""
    return _by_name([file])


def package_of(path: Path) -> Path:
    """The folder of the outermost package that holds a file; the path itself where that is none."""
    in_package = path.is_file() and (path.parent / "__init__.py").is_file()
    return _top(path) if in_package else path


def _by_name(files: Iterable[Path]) -> Tree:
    tree: Tree = {}
    for file in sorted(files):
        name = _name(file.relative_to(_root(file)))
        # Of several with a name, imports mean the first.
        tree.setdefault(name if name not in tree else str(file), _source(file, _root(file)))
    return tree


def _walk(folder: Path) -> Iterator[tuple[str, str]]:
    for path, folders, files in os.walk(folder):
        folders[:] = [each for each in sorted(folders) if _belongs(Path(path, each))]
        yield from ((path, name) for name in files)


def _belongs(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in _FOREIGN_NAMES:
        return False
    return not any((folder / name).exists() for name in _FOREIGN)


def _top(file: Path) -> Path:
    """The folder of the outermost package that holds a file; its own folder where that is none."""
    folder = file.parent
    while (folder / "__init__.py").is_file() and (folder.parent / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _root(file: Path) -> Path:
    """What the names of packages around a file begin below."""
    top = _top(file)
    return top.parent if (top / "__init__.py").is_file() else top


def _source(file: Path, root: Path) -> Source:
    return Source(path=str(file), package=_package(file.relative_to(root)), read=file.read_bytes)


def _name(path: Path | PurePosixPath) -> str:
    parts = path.parent.parts if path.stem == "__init__" else (*path.parent.parts, path.stem)
    return ".".join(parts)


def _package(path: Path | PurePosixPath) -> str:
    return ".".join(path.parent.parts)
