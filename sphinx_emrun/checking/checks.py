"""Checks the plans of a site: runs what is not known yet, and judges. Knows no Sphinx."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sphinx_emrun.bundle.cache import key
from sphinx_emrun.checking.outcome import ECHO, ERRORS, OUTPUT, Outcome, text_of
from sphinx_emrun.checking.verdict import DEFAULT_FLAGS, Failure, failures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sphinx_emrun.checking.interpreters import Interpreters
    from sphinx_emrun.checking.plan import Plan, Step
    from sphinx_emrun.checking.record import Record

    Program = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """A block, or hidden code, after it has been run."""

    docname: str
    step: Step
    outcome: Outcome
    failures: tuple[Failure, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Of all the blocks of a site."""

    checked: tuple[Checked, ...] = ()
    sessions: int = 0
    known: int = 0
    """Of the sessions: how many had not to be run again."""
    fresh: frozenset[str] = frozenset()
    """The pages of the others."""
    outputs: dict[str, str] = field(default_factory=dict)
    """{block: what it wrote, control characters included}, for scripts that wrote something."""

    @property
    def failed(self) -> list[Checked]:
        """What is not as the page says."""
        return [each for each in self.checked if each.failures]

    def summary(self) -> str:
        """One sentence."""
        blocks = sum(1 for each in self.checked if each.step.ident)
        parts = [f"{_count(blocks, 'example')} in {_count(self.sessions, 'session')} checked"]
        if self.known:
            parts.append(f"{self.known} of the sessions unchanged since they were last run")
        parts.append(f"{len(self.failed)} failed" if self.failed else "all as the pages say")
        return ", ".join(parts) + "."


@dataclass(frozen=True, kw_only=True)
class Checker:
    """What checks a site's plans."""

    interpreters: Interpreters
    record: Record
    srcdir: Path
    flags: int = DEFAULT_FLAGS
    """Flags of doctest that hold where nothing else is said."""

    def check(
        self, plans: Sequence[Plan], running: Callable[[int], AbstractContextManager[object]]
    ) -> Report:
        """Check all plans.

        :param running: makes the context in which a number of blocks is run, when there are any.
        :raises InterpreterError: when no interpreter can be started.
        """
        settings = self.interpreters.key()
        programs = [[step.program(self.flags) for step in plan.programs()] for plan in plans]
        names = [key(settings, each) for each in programs]
        outcomes = {name: found for name in names if (found := self.record.find(name)) is not None}
        missing = {name: each for name, each in zip(names, programs, strict=True) if name not in outcomes}
        if missing:
            with running(sum(sum(not program["setup"] for program in each) for each in missing.values())):
                outcomes |= self._run(missing)
        self.record.prune(names)
        checked = [
            Checked(plan.docname, step, outcome, tuple(failures(step, outcome, self.flags)))
            for plan, name in zip(plans, names, strict=True)
            for step, outcome in zip(plan.programs(), outcomes[name], strict=True)
        ]
        return Report(
            checked=tuple(_once(checked)),
            sessions=len(plans),
            known=sum(name not in missing for name in names),
            fresh=frozenset(plan.docname for plan, name in zip(plans, names, strict=True) if name in missing),
            outputs={
                each.step.ident: text for each in checked if each.step.ident and (text := _written(each))
            },
        )

    def _run(self, sessions: dict[str, list[Program]]) -> dict[str, list[Outcome]]:
        outcomes: dict[str, list[Outcome]] = {}
        names = list(sessions)

        def done(number: int, found: list[Outcome]) -> None:
            outcomes[names[number]] = found
            # What takes too long, or does not fit, may do better next time.
            if not any(each.late or each.lost in ("time", "memory", "system") for each in found):
                self.record.keep(names[number], found)

        self.interpreters.run([self._with_files(each) for each in sessions.values()], done)
        return outcomes

    def _with_files(self, programs: Iterable[Program]) -> list[Program]:
        """The programs, each file with its content instead of its path."""
        return [
            program
            | {
                "files": [
                    {"name": file["name"], "content": self._content(file["path"])}
                    for file in program["files"]
                ]
            }
            for program in programs
        ]

    def _content(self, path: str) -> str:
        return base64.b64encode((self.srcdir / path).read_bytes()).decode("ascii")


def _written(checked: Checked) -> str:
    """What a script showed; a transcript shows its output itself."""
    if checked.step.kind == "transcript" or checked.outcome.lost:
        return ""
    return "".join(text_of(each.output, ECHO, OUTPUT, ERRORS) for each in checked.outcome.ended)


def _once(checked: Iterable[Checked]) -> Iterable[Checked]:
    """Hidden code runs in several namespaces: one of them is enough to say what is wrong."""
    seen = set()
    for each in checked:
        if each.step.ident or (each.step.place, each.step.source) not in seen:
            seen.add((each.step.place, each.step.source))
            yield each


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s'[: number != 1]}"
