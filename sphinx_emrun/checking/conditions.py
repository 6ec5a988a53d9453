"""The `:skipif:` of tests: the interpreter that runs them judges it, not the one that builds the site.

As in :mod:`sphinx.ext.doctest`, an expression is evaluated in a namespace of its own, in which
``doctest_global_setup`` has been run.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sphinx_emrun.checking.outcome import OUTPUT, text_of
from sphinx_emrun.checking.plan import Place, Plan, Step
from sphinx_emrun.checking.verdict import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sphinx_emrun.checking.outcome import Outcome

Truths = dict[str, bool]
"""{expression: whether it is true}"""
_PROGRAM = """\
context = {{}}
exec({setup!r}, context)
print("\\n" + str(bool(eval({expression!r}, context))))
"""


def conditions_of(plans: Iterable[Plan]) -> list[str]:
    """The expressions that decide what is run of some plans, each once."""
    return sorted({expression for plan in plans for _, expression, _ in _conditions(plan) if expression})


def _conditions(plan: Plan) -> Iterator[tuple[Step, str, Place]]:
    """The expression, or an empty string, of each step and each output of a plan, and where that stands."""
    for step in (*plan.setup, *plan.steps, *plan.cleanup):
        yield step, step.unless, step.place
        yield from ((step, output.unless, output.place) for output in step.outputs)


def programs_for(expressions: Iterable[str], setup: str) -> list[Step]:
    """What evaluates the expressions: a program for each.

    :param setup: the site's ``doctest_global_setup``.
    """
    return [
        Step(
            source=_PROGRAM.format(setup=setup, expression=expression),
            place=Place(source="", line=None),
            role="hidden",
            filename="<skipif>",
            namespace=f"skipif {number}",
        )
        for number, expression in enumerate(expressions)
    ]


def truths_of(expressions: Sequence[str], outcomes: Iterable[Outcome]) -> tuple[Truths, dict[str, str]]:
    """Which expressions are true, and {expression: a sentence} for those that have no value.

    Where an expression has no value, nothing that depends on it is run.
    """
    truths, problems = {}, {}
    for expression, outcome in zip(expressions, outcomes, strict=True):
        truths[expression] = True
        (ended,) = outcome.ended or (None,)
        if outcome.lost or outcome.late or ended is None or ended.raised:
            reason = f" raised {ended.raised.message.strip()}" if ended and ended.raised else " did not end"
            problems[expression] = f"It was not run, for its condition {expression!r}{reason}."
        else:
            truths[expression] = text_of(ended.output, OUTPUT).endswith("\nTrue\n")
    return truths, problems


def settled(plan: Plan, truths: Truths) -> Plan:
    """A plan without what a condition excludes."""

    def kept(steps: Iterable[Step]) -> Iterator[Step]:
        for step in steps:
            if not truths.get(step.unless, False):
                outputs = tuple(each for each in step.outputs if not truths.get(each.unless, False))
                yield dataclasses.replace(step, outputs=outputs)

    return dataclasses.replace(
        plan,
        setup=tuple(kept(plan.setup)),
        steps=tuple(kept(plan.steps)),
        cleanup=tuple(kept(plan.cleanup)),
    )


def problems_in(plan: Plan, problems: dict[str, str]) -> Iterator[tuple[Step, Failure]]:
    """The steps of a plan whose conditions have no value."""
    for step, expression, place in _conditions(plan):
        if expression in problems:
            yield step, Failure(problems[expression], place)
