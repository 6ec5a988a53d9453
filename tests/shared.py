"""Folders that the processes of a test run (pytest-xdist) share. Each is made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


class Shared:
    """The folder that holds them. Tests read what lies in it, and write nothing there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def make(self, name: str, make: Callable[[Path], object]) -> Path:
        """The folder `name`. The first process that asks for it fills it, and the others wait.

        :param name: names with an equal part before the first colon are filled one at a time.
        :param make: fills an empty folder.
        """
        target = self.folder / name.replace(":", "-")
        made = target.with_name(f"{target.name}.made")
        with FileLock(self.folder / f"{name.partition(':')[0]}.lock"):
            if not made.exists():
                shutil.rmtree(target, ignore_errors=True)
                target.mkdir()
                make(target)
                made.touch()
        return target
