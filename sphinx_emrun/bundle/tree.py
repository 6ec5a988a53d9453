"""A project's tree as a signature: the same while nothing in it has changed that could change its wheel."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from sphinx_emrun.bundle.cache import key

#: Folders of tools, and where build backends leave what they made.
TOOLS = {".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "__pycache__", "node_modules", "_build"}
TOOL_SUFFIXES = (".egg-info", "_cache")
#: Only at the top of the project: a package may well hold a `build` of its own.
TOP_OUTPUTS = {"build", "dist", "wheelhouse"}
#: A folder that holds one of these was made by a program: venv, a cache (bford.info/cachedir), Sphinx.
MARKERS = ("pyvenv.cfg", "CACHEDIR.TAG", ".buildinfo", "environment.pickle")


def tree_signature(project: Path) -> str:
    """A digest of the paths, sizes and times of the files of `project`.

    In a git checkout these are the files that git knows or does not ignore, and the commit, from which some
    backends derive a version. Outputs of builds are left out, so that building does not look like a change.
    """
    files = _git_known(project)
    if not files:  # no git here, or a folder that an unrelated checkout around it ignores
        return key("walk", _entries(project, _walk(project, project)))
    return key("git", _git(project, "describe", "--tags", "--always", "--long"), _entries(project, files))


def _git_known(project: Path) -> set[str]:
    tracked = _git_files(project)
    untracked = _git_files(project, "--others", "--exclude-standard")
    folders = {parent for path in untracked for parent in Path(path).parents if parent.name}
    made = {folder for folder in folders if _is_output(project, folder)}
    return {*tracked, *(path for path in untracked if made.isdisjoint(Path(path).parents))}


def _entries(project: Path, files: Iterable[str]) -> list[tuple[str, int, int]]:
    entries = []
    for path in sorted(files):
        try:
            status = (project / path).stat()
        except OSError:
            continue  # tracked but deleted, or a dangling link
        entries.append((path, status.st_size, status.st_mtime_ns))
    return entries


def _walk(project: Path, folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path).relative_to(project)
            if not entry.is_dir(follow_symlinks=False):
                yield path.as_posix()
            elif not _is_output(project, path):
                yield from _walk(project, Path(entry.path))


def _is_output(project: Path, folder: Path) -> bool:
    name = folder.name
    if name in TOOLS or name.endswith(TOOL_SUFFIXES) or (len(folder.parts) == 1 and name in TOP_OUTPUTS):
        return True
    return any((project / folder / marker).exists() for marker in MARKERS)


def _git_files(project: Path, *options: str) -> list[str]:
    """Paths below `project`; none where it is not a git checkout."""
    return [path for path in (_git(project, "ls-files", "-z", *options) or "").split("\0") if path]


def _git(project: Path, *arguments: str) -> str | None:
    try:
        result = subprocess.run(["git", *arguments], cwd=project, capture_output=True, check=False)
    except FileNotFoundError:  # no git on this machine
        return None
    return os.fsdecode(result.stdout) if result.returncode == 0 else None
