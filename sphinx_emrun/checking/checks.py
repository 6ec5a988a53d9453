"""Checks the plans of a site: runs what is not known yet, and judges. Knows no Sphinx."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sphinx_emrun.bundle.cache import key
from sphinx_emrun.checking.conditions import (
    Truths,
    conditions_of,
    problems_in,
    programs_for,
    settled,
    truths_of,
)
from sphinx_emrun.checking.outcome import ECHO, ERRORS, OUTPUT, Outcome, text_of
from sphinx_emrun.checking.places import in_file
from sphinx_emrun.checking.verdict import DEFAULT_FLAGS, Failure, failures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
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
    session: str = ""


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
    truths: Truths = field(default_factory=dict)
    """Which conditions of tests are true in the interpreter that ships."""

    @property
    def failed(self) -> list[Checked]:
        """What is not as the page says."""
        return [each for each in self.checked if each.failures]

    def summary(self) -> str:
        """One sentence."""
        blocks = sum(each.step.role in ("block", "hidden") for each in self.checked)
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
    global_setup: str = ""
    """What the conditions of tests are evaluated after."""

    def check(
        self, plans: Sequence[Plan], running: Callable[[int], AbstractContextManager[object]]
    ) -> Report:
        """Check all plans.

        :param running: makes the context in which a number of blocks is run, when there are any.
        :raises InterpreterError: when no interpreter can be started.
        """
        conditions = conditions_of(plans)
        truths, problems = truths_of(conditions, self._judge(conditions))
        undecided = [(plan.docname, each) for plan in plans for each in problems_in(plan, problems)]
        plans = [kept for plan in plans if (kept := settled(plan, truths)).steps]
        settings = self.interpreters.key()
        programs = [[step.program(self.flags) for step in plan.programs()] for plan in plans]
        names = [key(settings, each) for each in programs]
        outcomes = {name: found for name in names if (found := self.record.find(name)) is not None}
        missing = {name: each for name, each in zip(names, programs, strict=True) if name not in outcomes}
        if missing:
            with running(sum(sum(not program["setup"] for program in each) for each in missing.values())):
                outcomes |= self._run(missing)
        self.record.prune([*names, self._judged_as(conditions)])
        checked = [
            Checked(plan.docname, step, outcome, tuple(self._failures(step, outcome)), plan.session)
            for plan, name in zip(plans, names, strict=True)
            for step, outcome in zip(plan.programs(), outcomes[name], strict=True)
        ]
        checked += [Checked(docname, step, Outcome(), (failure,)) for docname, (step, failure) in undecided]
        return Report(
            checked=tuple(_once(checked)),
            sessions=len(plans),
            known=sum(name not in missing for name in names),
            fresh=frozenset(plan.docname for plan, name in zip(plans, names, strict=True) if name in missing),
            outputs={each.step.ident: text for each in checked if (text := _written(each))},
            truths=truths,
        )

    def _judge(self, conditions: list[str]) -> list[Outcome]:
        """The outcomes of conditions."""
        name = self._judged_as(conditions)
        known = self.record.find(name)
        if known is not None or not conditions:
            return known or []
        programs = [step.program(self.flags) for step in programs_for(conditions, self.global_setup)]
        return self._run({name: programs})[name]

    def _judged_as(self, conditions: list[str]) -> str:
        return key(self.interpreters.key(), "conditions", conditions, self.global_setup)

    def _failures(self, step: Step, outcome: Outcome) -> Iterator[Failure]:
        not_run = outcome.lost == "earlier" or any(not each.run for each in outcome.ended)
        if step.role != "cleanup" or not not_run:  # where there was nothing, nothing is to be cleared up
            yield from (in_file(step, each) for each in failures(step, outcome, self.flags))

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
    if checked.step.role != "block" or checked.step.kind == "transcript" or checked.outcome.lost:
        return ""
    return "".join(text_of(each.output, ECHO, OUTPUT, ERRORS) for each in checked.outcome.ended)


def _once(checked: Iterable[Checked]) -> Iterable[Checked]:
    """What runs in several namespaces or sessions: one of them is enough to say what is wrong."""
    found: dict[object, Checked] = {}
    for each in checked:
        step = each.step
        name = step.ident or (step.place, step.source)
        if name not in found or (each.failures and not found[name].failures):
            found[name] = each
    return found.values()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s'[: number != 1]}"
