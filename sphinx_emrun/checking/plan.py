"""What is to be checked: the programs of a session, in the order in which they run. Knows no Sphinx.

A plan is recorded when a page is read, and kept with the build environment.
"""

from __future__ import annotations

import contextlib
import dataclasses
import doctest
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from sphinx_emrun.blocks import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx_emrun.blocks import DataFile, Flags

Role = Literal["block", "hidden", "setup", "cleanup"]
"""What a program is: a block, a hidden test, or code around them."""
SECONDS = 10.0
"""How long a block may run that does not say so itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where code stands: as docutils says it."""

    source: str
    """A file; for a docstring, with ``:docstring of NAME`` after it."""
    line: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What the page says that a script prints."""

    text: str
    flags: Flags
    place: Place
    unless: str = ""
    """An expression, its `:skipif:`: where it is true, the page does not say this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One program: a block, or hidden code."""

    source: str
    place: Place
    ident: str = ""
    """A block's, or a hidden test's."""
    role: Role = "block"
    kind: Literal["script", "transcript"] = "script"
    filename: str = "<setup>"
    namespace: str = ""
    stdin: str = ""
    seconds: float = SECONDS
    files: tuple[DataFile, ...] = ()
    expect_error: str = ""
    flags: Flags = ()
    lines: tuple[int, ...] = ()
    """Which lines of the file where it stands the code is, if they are known."""
    outputs: tuple[Expected, ...] = ()
    """What the page says that it prints; the last counts."""
    unless: str = ""
    """An expression, its `:skipif:`: where it is true, this is not run."""

    @property
    def expected(self) -> Expected | None:
        """What the page says that it prints, if it says so."""
        return self.outputs[-1] if self.outputs else None

    def examples(self, flags: int = 0) -> list[tuple[doctest.Example, int]]:
        """A transcript's examples, each with the flags that hold for it.

        :param flags: those that hold where nothing else is said.
        :raises ValueError: when it is malformed.
        """
        base = with_flags(flags, self.flags)
        return [(example, with_flags(base, example.options.items())) for example in _examples(self.source)]

    def index(self, line: int) -> int:
        """Which line of the code, from 0, a traceback's is, which is counted from 1."""
        if not self.lines:
            return line - 1
        return self.lines.index(line) if line in self.lines else 0

    def program(self, flags: int) -> dict[str, Any]:
        """The same for ``checker.mjs``, without its files' content; of what is malformed, nothing runs."""
        statements: list[str | None] = []
        if self.kind == "transcript":
            with contextlib.suppress(ValueError):
                statements = [
                    None if wanted & doctest.SKIP else example.source
                    for example, wanted in self.examples(flags)
                ]
        return {
            "kind": self.kind,
            "source": placed(self.source, self.lines) if self.kind == "script" else self.source,
            "statements": statements,
            "filename": self.filename,
            "namespace": self.namespace,
            "setup": self.role == "setup",
            "input": self.stdin,
            "seconds": self.seconds,
            "files": [dataclasses.asdict(file) for file in self.files],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What one session of a page runs."""

    docname: str
    session: str
    setup: tuple[Step, ...]
    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...] = ()

    def programs(self) -> Iterator[Step]:
        """Every program as it runs: the setup first in each namespace, the cleanup of each at the end."""
        begun: dict[str, None] = {}
        for step in self.steps:
            if step.namespace not in begun:
                begun[step.namespace] = None
                yield from (dataclasses.replace(part, namespace=step.namespace) for part in self.setup)
            yield step
        for namespace in begun:
            yield from (dataclasses.replace(part, namespace=namespace) for part in self.cleanup)


@lru_cache(maxsize=1024)
def _examples(transcript: str) -> list[doctest.Example]:
    """Parsed once, for what runs a transcript, judges it and looks for what cannot work."""
    return doctest.DocTestParser().get_examples(transcript)


def with_flags(base: int, changes: Any) -> int:
    """``base`` with some flags on or off, as (flag, on) pairs."""
    for flag, on in changes:
        base = base | flag if on else base & ~flag
    return base
