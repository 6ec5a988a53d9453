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

from sphinx_emrun.blocks import MAIN, placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx_emrun.blocks import DataFile, Flags

Role = Literal["block", "hidden", "setup", "cleanup"]
"""What a program is: a block, a hidden test, or code around them."""
DOCSTRING = "docstring of "
"""What autodoc puts before an object's name, after the file and a colon."""
SECONDS = 10.0
"""How long a block may run that does not say so itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where code stands: as docutils says it."""

    source: str
    """A file; for a docstring, with ``:docstring of NAME`` after it, or this alone where it has no file."""
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
    kind: Literal["script", "transcript", "module"] = "script"
    """``module``: its source is the name of a module, whose globals are copied into the namespace."""
    filename: str = "<setup>"
    namespace: str = ""
    module: str = MAIN
    """Whose globals the namespace begins with; empty: it has no name."""
    docstring: str = ""
    """Where it stands in one."""
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
        statements: list[tuple[str, bool, bool] | None] = []
        if self.kind == "transcript":
            with contextlib.suppress(ValueError):
                statements = [
                    None if wanted & doctest.SKIP else _statement(example)
                    for example, wanted in self.examples(flags)
                ]
        return {
            "kind": self.kind,
            "source": placed(self.source, self.lines) if self.kind == "script" else self.source,
            "statements": statements,
            "filename": self.filename,
            "namespace": self.namespace,
            "module": self.module,
            "setup": self.role == "setup",
            "input": self.stdin,
            "seconds": self.seconds,
            "files": [dataclasses.asdict(file) for file in self.files],
        }


def _statement(example: doctest.Example) -> tuple[str, bool, bool]:
    """An example's source, whether it is expected to raise, and whether it may await at the top level."""
    message = example.exc_msg
    return example.source, message is not None, not (message or "").startswith("SyntaxError")


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
        begun: dict[str, Step] = {}
        for step in self.steps:
            if step.namespace not in begun:
                begun[step.namespace] = step
                if step.module not in ("", MAIN):
                    yield _import(step)
                yield from self._for(step, self.setup)
            yield step
        for step in begun.values():
            yield from self._for(step, self.cleanup)

    @staticmethod
    def _for(step: Step, hidden: Iterable[Step]) -> Iterator[Step]:
        """The hidden code that the namespace of a step needs."""
        for part in hidden:
            if is_within(step.docstring, part.docstring):
                yield dataclasses.replace(part, namespace=step.namespace, module=step.module)


def is_within(docstring: str, outer: str) -> bool:
    """Whether a docstring is ``outer``, or that of a part of its object. All are within the page, ``""``."""
    return not outer or f"{docstring}.".startswith(f"{outer}.")


def _import(step: Step) -> Step:
    """What gives the namespace of a docstring's block the globals of its module."""
    return Step(
        source=step.module,
        place=step.place,
        role="setup",
        kind="module",
        filename="<import>",
        namespace=step.namespace,
        module=step.module,
    )


@lru_cache(maxsize=1024)
def _examples(transcript: str) -> list[doctest.Example]:
    """Parsed once, for what runs a transcript, judges it and looks for what cannot work."""
    return doctest.DocTestParser().get_examples(transcript)


def with_flags(base: int, changes: Any) -> int:
    """``base`` with some flags on or off, as (flag, on) pairs."""
    for flag, on in changes:
        base = base | flag if on else base & ~flag
    return base
