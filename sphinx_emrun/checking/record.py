"""What came of sessions, kept from one build to the next: nothing runs twice from the same inputs."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from sphinx_emrun.checking.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Record:
    """A folder with a file for each session, named by all that its outcomes depend on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str) -> list[Outcome] | None:
        """The outcomes of a session, if they are known."""
        try:
            data = json.loads(self._file(name).read_bytes())
            return [Outcome.from_json(each) for each in data]
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, name: str, outcomes: Iterable[Outcome]) -> None:
        """Note the outcomes of a session."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(name)
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps([each.to_json() for each in outcomes]), encoding="utf-8")
        temporary.replace(file)

    def prune(self, names: Iterable[str]) -> None:
        """Forget all but these sessions."""
        wanted = {self._file(name) for name in names}
        with contextlib.suppress(OSError):
            for file in self._folder.iterdir():
                if file not in wanted:
                    file.unlink()

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"
