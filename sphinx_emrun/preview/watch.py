"""What the preview watches: the documentation's sources, and whatever else its build is made from."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What tools and editors write beside the sources, and what a build of the documentation itself leaves behind.
NOISE = (
    r"/(?:__pycache__|node_modules|[^/]+\.egg-info)(?:/|$)",
    r"/\.(?:git|hg|svn|jj|idea|vscode|nox|tox|venv|mypy_cache|pytest_cache|ruff_cache)(?:/|$)",
    r"\.py[cod]$",
    r"(?:~|\.sw[a-z]|\.kate-swp|\.tmp|\.bak|/4913|/\.#[^/]*|/#[^/]*#|___jb_(?:tmp|old)___)$",
    r"/(?:\.goutputstream-[^/]*|\.~lock\.[^/]*|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)$",
)
#: In the environment of a build: the file in which `sphinx_emrun.inputs` lists what it was made from.
REPORT = "SPHINX_EMRUN_INPUTS"
#: What makes a folder a Python project.
PROJECT = ("pyproject.toml", "setup.py")


@dataclass(frozen=True, kw_only=True)
class Watched:
    """``trees`` are watched with all that is below them, of ``folders`` only the files directly in them."""

    trees: frozenset[Path]
    folders: frozenset[Path] = frozenset()
    files: frozenset[Path] = frozenset()
    """Single files, whose folders hold much else."""

    def nearby(self) -> frozenset[Path]:
        """The folders whose own files are to be watched."""
        return self.folders | {file.parent for file in self.files if file.parent.is_dir()}

    def holds(self, path: Path) -> bool:
        """Whether a file, in one of these folders or below one of these trees, is watched."""
        return path in self.files or path.parent in self.folders or self._below_a_tree(path)

    def _below_a_tree(self, path: Path) -> bool:
        return any(path.is_relative_to(tree) for tree in self.trees)


def watched_for(source: Path, inputs: Iterable[Path] = ()) -> Watched:
    """What to watch for the documentation in ``source``, an absolute path.

    The project is the folder of the nearest ``pyproject.toml`` at or above ``source``. Of a project only the
    folders with files that git knows are watched whole: a virtual environment beside them may hold thousands
    more.

    :param inputs: files, folders and projects that its last build was made from.
    """
    trees, folders, files = {source}, set[Path](), set[Path]()
    project = project_of(source)
    for path in {*inputs, *([project] if project else [])} - {source}:
        if not path.is_dir():
            files.add(path)
        elif any((path / name).is_file() for name in PROJECT):
            trees.update(_code_folders(path))
            folders.add(path)
        else:
            trees.add(path)
    topmost = {tree for tree in trees if not any(tree.is_relative_to(other) for other in trees - {tree})}
    watched = Watched(trees=frozenset(topmost), folders=frozenset(folders))
    return Watched(
        trees=watched.trees,
        folders=watched.folders,
        files=frozenset(file for file in files if not watched.holds(file)),
    )


def inputs_in(report: Path) -> list[Path]:
    """What a build says that it was made from (`sphinx_emrun.inputs`); nothing where it could not say it."""
    try:
        return [Path(path) for path in json.loads(report.read_bytes())]
    except (OSError, ValueError):
        return []


def project_of(source: Path) -> Path | None:
    """Return the nearest folder at or above ``source`` that holds a ``pyproject.toml``."""
    return next((at for at in (source, *source.parents) if (at / "pyproject.toml").is_file()), None)


def git_ignores(path: Path) -> bool:
    """Whether git would leave ``path`` (which need not exist any more) out; False where git has no say."""
    folder = next(parent for parent in path.parents if parent.is_dir())
    command = ["git", "check-ignore", "--quiet", "--", str(path)]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    except OSError:  # there is no git on this machine
        return False


def git_works_on(tree: Path) -> bool:
    """Whether git is changing the checkout that ``tree`` lies in: a checkout, a merge, a rebase's step."""
    checkout = next((at for at in (tree, *tree.parents) if (at / ".git").is_dir()), None)
    return checkout is not None and (checkout / ".git" / "index.lock").exists()


def _code_folders(project: Path) -> Iterator[Path]:
    names = _known_to_git(project) or {path.name for path in project.iterdir()}
    for name in names:
        path = project / name
        visible = not name.startswith(".") and name != "node_modules"
        if visible and path.is_dir() and not (path / "pyvenv.cfg").exists():
            yield path


def _known_to_git(project: Path) -> set[str]:
    """Return the first parts of the paths that git tracks or would add; empty where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=project, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return set()
    return {name.split("/", 1)[0] for name in os.fsdecode(listing).split("\0") if name}
