"""The CPython on this machine that ours is compared with."""

from __future__ import annotations

import sys
from pathlib import Path


def newest_python() -> Path:
    """The newest of those that pyenv has installed, else the one that runs the tests."""
    found = {_version(file): file for file in Path.home().glob(".pyenv/versions/3.*/bin/python")}
    newest = max(found, default=())
    return found[newest] if newest > sys.version_info[:3] else Path(sys.executable)


def _version(executable: Path) -> tuple[int, ...]:
    parts = executable.parents[1].name.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
