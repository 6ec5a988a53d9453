"""Tells edits from what looks like them: a file saved as it was, or one that the build itself writes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Seconds by which a file's time may lie before or after the build that wrote it: the clock for files is a
#: coarse one, and what a build has said may still be on its way into a log.
TOLERANCE = 0.1
#: A file that has changed during so many builds, and never between them, is written by the build.
OFTEN = 2


class Changes:
    """What is known of the files that have changed."""

    def __init__(self) -> None:
        self._digests: dict[Path, str | None] = {}
        self._during: dict[Path, int] = {}
        self._edited: set[Path] = set()
        self._build = (0.0, 0.0)

    def built(self, began: float, ended: float) -> None:
        """A build has run, from one time to another, in seconds since the epoch."""
        self._build = (began - TOLERANCE, ended + TOLERANCE)

    def edits(self, paths: Iterable[Path]) -> list[Path]:
        """Those of the changed files that call for a build, sorted."""
        return sorted(path for path in set(paths) if self._is_edit(path))

    def _is_edit(self, path: Path) -> bool:
        began, ended = self._build
        try:
            time, digest = path.stat().st_mtime, _digest(path)
        except OSError:  # it is gone
            time, digest = ended + 1, None
        if path in self._digests and self._digests[path] == digest:
            return False
        self._digests[path] = digest
        if not began <= time <= ended:
            self._edited.add(path)
            return True
        self._during[path] = self._during.get(path, 0) + 1
        return path in self._edited or self._during[path] < OFTEN


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def changed_since(trees: Iterable[Path], time: float) -> list[Path]:
    """The files below ``trees`` that were written at ``time``, in seconds since the epoch, or later."""
    found = []
    for tree in trees:
        for folder, _, names in os.walk(tree):
            found += [path for name in names if _time(path := Path(folder, name)) >= time - TOLERANCE]
    return found


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # a dangling link
        return 0.0
