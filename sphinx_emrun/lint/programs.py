"""What of a page's blocks cannot work in a browser."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

from sphinx_emrun.checking.places import in_file, location
from sphinx_emrun.checking.verdict import Failure
from sphinx_emrun.lines import python_lines
from sphinx_emrun.lint.names import bindings
from sphinx_emrun.lint.scan import scan
from sphinx_emrun.lint.syntax import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx_emrun.checking.plan import Plan, Step
    from sphinx_emrun.lint.names import Binding
    from sphinx_emrun.lint.rules import Rules


def lint_plans(plans: Iterable[Plan], rules: Rules) -> list[tuple[str, str]]:
    """The place, ``FILE:LINE``, and text of each finding in what sessions run.

    A block that is not checked, or is expected to raise, is its author's matter.
    """
    found = [each for plan in plans for each in _lint(plan, rules)]
    # Hidden code runs once for each namespace.
    return list(dict.fromkeys(found))


def _lint(plan: Plan, rules: Rules) -> Iterator[tuple[str, str]]:
    earlier: dict[str, list[Binding]] = {}
    for step in plan.programs():
        code = _code(step)
        known = earlier.setdefault(step.namespace, [])
        if not step.expect_error:
            for finding in scan(code, rules, earlier=known).findings:
                there = Failure("", step.place, step.source, finding.line - 1)
                place = location(in_file(step, there))
                yield place, finding.text
        known += bindings(parsed(code))


def _code(step: Step) -> str:
    """A program as a script with the same lines; without the examples that are expected to raise."""
    if step.kind == "module":
        return f"import {step.source}"
    if step.kind == "script":
        return step.source
    try:
        examples = step.examples()
    except ValueError:  # which the check says
        return ""
    lines = [""] * step.source.count("\n")
    for example, flags in examples:
        if example.exc_msg is None and not flags & doctest.SKIP:
            source = python_lines(example.source.removesuffix("\n"))
            lines[example.lineno : example.lineno + len(source)] = source
    return "\n".join(lines)
