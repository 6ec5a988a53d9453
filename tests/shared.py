"""What is made once for all the processes of a test run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


class Shared:
    """A folder of the run. What lies in it is made by the process that needs it first; tests only read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def make(self, name: str, make: Callable[[Path], object]) -> Path:
        """The folder `name`; `make` fills it where no process has.

        What is made for names that begin alike, up to a colon, is made one after the other.
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
