"""What came of sessions, kept from one build to the next: nothing runs twice from the same inputs.

Each file begins with the digest of the rest, for what is kept is published, and a damaged file is not.
"""

from __future__ import annotations

import contextlib
import hashlib
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
            digest, _, content = self._file(name).read_text(encoding="utf-8").partition("\n")
            if digest != _digest(content):  # damaged
                return None
            data = json.loads(content)
            return [Outcome.from_json(each) for each in data]
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, name: str, outcomes: Iterable[Outcome]) -> None:
        """Note the outcomes of a session."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(name)
        temporary = file.with_suffix(f".{os.getpid()}")
        content = json.dumps([each.to_json() for each in outcomes])
        temporary.write_text(f"{_digest(content)}\n{content}", encoding="utf-8")
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


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
