"""What the preview watches: the documentation's sources and the code of the project that they document."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# What tools and editors write beside the sources, and what a build of the documentation itself leaves behind.
NOISE = (
    r"/(?:__pycache__|node_modules|[^/]+\.egg-info)(?:/|$)",
    r"/\.(?:git|hg|svn|idea|vscode|nox|tox|venv|mypy_cache|pytest_cache|ruff_cache)(?:/|$)",
    r"\.py[cod]$",
    r"(?:~|\.sw[a-z]|/4913|/\.#[^/]*|/#[^/]*#)$",
)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """``trees`` are watched with all that is below them, of ``folder`` only the files directly in it."""

    trees: tuple[Path, ...]
    folder: Path | None


def watched_for(source: Path) -> Watched:
    """What to watch for the documentation in ``source``, an absolute path.

    The project is the folder of the nearest ``pyproject.toml`` at or above ``source``. Of it only the folders
    with files that git knows are watched whole: a virtual environment beside them may hold thousands more.
    """
    project = project_of(source)
    if project in (None, source):
        return Watched(trees=(source,), folder=None)
    trees = [tree for tree in _code_folders(project) if not tree.is_relative_to(source)]
    covered = any(source.is_relative_to(tree) for tree in trees)
    return Watched(trees=tuple(trees if covered else sorted([source, *trees])), folder=project)


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


def _code_folders(project: Path) -> list[Path]:
    names = _known_to_git(project) or {path.name for path in project.iterdir()}
    visible = (name for name in sorted(names) if not name.startswith(".") and name != "node_modules")
    folders = [project / name for name in visible]
    return [path for path in folders if path.is_dir() and not (path / "pyvenv.cfg").exists()]


def _known_to_git(project: Path) -> set[str]:
    """Return the first parts of the paths that git tracks or would add; empty where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=project, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return set()
    return {name.split("/", 1)[0] for name in os.fsdecode(listing).split("\0") if name}
