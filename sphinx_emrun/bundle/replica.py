"""A copy of a project's tree to build in, which tells afterwards what the build has read of it.

Nothing is ever written to the author's tree. A file has been read when the time of its last access has moved
(POSIX, st_atime): file systems that are mounted ``noatime`` do not tell, and then everything counts as read.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.tree import Tree

#: Bytes from which on a file is no part of a package (an index takes none of this size), but of data that lie
#: beside one: it is not copied but linked, and counts as read.
LARGE = 100_000_000


class Replica:
    """The copy of a tree."""

    def __init__(self, tree: Tree, top: Path) -> None:
        self._tree = tree
        self._top = top
        #: The project's folder in it.
        self.project = top / tree.project.relative_to(tree.root)
        for path in tree.files:
            _copy(tree.root / path, top / path)
        for path, target in tree.links:
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).symlink_to(target)
        self.project.mkdir(parents=True, exist_ok=True)
        if not any((self.project / name).is_file() for name in ("pyproject.toml", "setup.py")):
            # What builds from a setup.cfg alone is setuptools; it wants to be told.
            (self.project / "setup.py").write_text("import setuptools\nsetuptools.setup()\n")
        if tree.git is not None:
            _lend_git(tree.git, top / ".git")

    def was_read(self) -> set[str]:
        """The files of the tree that have been read in the copy, changed there, or removed."""
        if not _tells_accesses(self._top.parent):
            return set(self._tree.files)
        return {path for path in self._tree.files if _accessed(self._top / path)}


@contextlib.contextmanager
def replica(tree: Tree) -> Iterator[Replica]:
    """Copy a tree into a temporary folder, which has the same name: some backends derive a version from it.

    :raises BundleError: when a file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="sphinx-emrun-", ignore_cleanup_errors=True) as folder:
        top = Path(folder).resolve() / "tree" / (tree.root.name or "project")
        top.mkdir(parents=True)
        try:
            made = Replica(tree, top)
        except OSError as error:
            raise BundleError(
                f"{error.filename} cannot be copied ({error.strerror}), and the wheel of {tree.project} is"
                " built in a copy of what is there: make it readable, or remove it."
            ) from None
        yield made


def _copy(source: Path, target: Path) -> None:
    """Copy a file with its mode and time, and mark it as not yet read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        status = source.stat()
        if status.st_size > LARGE:
            target.symlink_to(source)
            return
        shutil.copyfile(source, target)
    except FileNotFoundError:
        return  # removed meanwhile
    target.chmod(status.st_mode | 0o200)
    os.utime(target, ns=(0, status.st_mtime_ns))


def _accessed(path: Path) -> bool:
    try:
        return path.stat().st_atime_ns != 0
    except OSError:
        return True


def _tells_accesses(folder: Path) -> bool:
    probe = folder / "probe"
    probe.write_text("x")
    os.utime(probe, ns=(0, probe.stat().st_mtime_ns))
    probe.read_text()
    return _accessed(probe)


def _lend_git(git: Path, folder: Path) -> None:
    """Make a git folder with an index of its own over the commits of another (gitrepository-layout(5)).

    Git writes the index anew even where it is asked for a description.
    """
    folder.mkdir()
    for name in ("HEAD", "index"):
        if (git / name).exists():
            shutil.copyfile(git / name, folder / name)
    common = git
    if (git / "commondir").exists():
        common = (git / (git / "commondir").read_text().strip()).resolve()
    (folder / "commondir").write_text(f"{common}\n")
