"""The files that a block finds in its working directory: what ``:files:`` names. Knows no Sphinx."""

from __future__ import annotations

import hashlib
import posixpath
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.blocks import DataFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST = 200
"""How many files a folder may bring."""


class UnusableError(ValueError):
    """Why an entry of ``:files:`` is left out, as the end of a sentence."""


def within(path: Path, roots: Iterable[Path]) -> bool:
    """Whether what a path leads to, by links too, lies in one of the folders."""
    real = path.resolve()
    return any(real.is_relative_to(root.resolve()) for root in roots)


def files_of(entry: str, path: Path, roots: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """What an entry brings: each file, and the name by which a program opens it.

    A path below the document keeps its folders. One that leads elsewhere, ``../x.csv`` or ``/x.csv``, keeps
    its last part. A folder brings all its files, without those whose names begin with a dot.

    :param path: what the entry leads to.
    :param roots: a file outside these folders is not published.
    :raises UnusableError: when the entry cannot be used.
    """
    name = posixpath.normpath(entry)
    if name.startswith(("/", "../")) or name == "..":
        name = path.name
    if path.is_file():
        found = [(name, path)]
    elif path.is_dir():
        there = islice(_below(path), MOST + 1)
        found = [(posixpath.normpath(f"{name}/{inner}"), file) for inner, file in there]
        if len(found) > MOST:
            raise UnusableError(f"which has more than {MOST} files")
    else:
        raise UnusableError("which is no file")
    if not all(within(file, roots) for _, file in [("", path), *found]):
        raise UnusableError("which leads outside the sources and the project")
    yield from found


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of a folder, sorted, by their path there. A link to a folder is not followed."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_file():
            yield path.name, path
        elif path.is_dir() and not path.is_symlink():
            yield from ((f"{path.name}/{name}", file) for name, file in _below(path))


def listing(path: Path) -> tuple[str, ...]:
    """The files that a folder brings, or more than it may bring."""
    return tuple(name for name, _ in islice(_below(path), MOST + 1)) if path.is_dir() else ()


def data_file(name: str, path: Path, relative: str) -> DataFile:
    """What is known of a file.

    :raises UnusableError: when it cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise UnusableError(f"which cannot be read ({problem.strerror})") from problem
    return DataFile(name=name, path=relative, digest=hashlib.sha256(content).hexdigest()[:16])


def in_the_way(name: str, names: Iterable[str]) -> bool:
    """Whether a file cannot stand beside others, for the name of one is a folder of the other."""
    return any(name.startswith(f"{other}/") or other.startswith(f"{name}/") for other in names)
