"""Is what a program did what the page says? By the rules of :mod:`doctest`."""

from __future__ import annotations

import doctest
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sphinx_emrun.checking.difference import difference, shortened
from sphinx_emrun.checking.matching import HEADER, matches, message_in, whole
from sphinx_emrun.checking.outcome import ERRORS, OUTPUT, text_of
from sphinx_emrun.checking.plan import DOCSTRING, with_flags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx_emrun.checking.outcome import Ended, Outcome, Raised
    from sphinx_emrun.checking.plan import Place, Step

DEFAULT_FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.DONT_ACCEPT_TRUE_FOR_1
"""``doctest_default_flags`` of :mod:`sphinx.ext.doctest`."""
LOST = {
    "time": "It did not end within {seconds:g} seconds, and could not be interrupted.",
    "memory": "It used up the memory that an example may have.",
    "system": "The system ended the interpreter, probably for lack of memory.",
    "crash": "{reason}.",
    "earlier": "It was not run, for an example before it ended the session's interpreter.",
}

NOT_RUN = "It was not run, for what was to be run before it failed."
MIXED = "The page shows output before the exception, which doctest cannot compare: leave the output out."


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong with a block."""

    text: str
    """A sentence, and what belongs to it in further lines."""
    place: Place
    """Where the block, or its expected output, stands."""
    code: str = ""
    """The block's code, or the output; empty where ``place`` is exact."""
    line: int = 0
    """Of the code, counted from 0."""
    is_output: bool = False


def failures(step: Step, outcome: Outcome, flags: int = DEFAULT_FLAGS) -> Iterator[Failure]:
    """What is wrong with a program, if anything."""
    try:
        step.examples()
    except ValueError as problem:
        text = str(problem).replace(" of the docstring for <string>", "")
        yield Failure(f"It is no transcript that Python's doctest can read: {text}.", step.place, step.source)
        return
    if outcome.lost:
        text = LOST[outcome.lost].format(seconds=step.seconds, reason=outcome.reason.rstrip("."))
        shown = "".join(text_of(each.output, OUTPUT, ERRORS) for each in outcome.ended)
        yield Failure("\n".join([text, shortened(shown)]).rstrip(), step.place, step.source)
    elif outcome.late:
        number, raised = next(
            ((i, each.raised) for i, each in enumerate(outcome.ended) if each.raised), (0, None)
        )
        text = f"It was stopped, for it did not end within {step.seconds:g} seconds."
        yield Failure(text, step.place, step.source, _line(step, number, raised))
    elif step.kind == "transcript":
        yield from _transcript(step, outcome, flags)
    else:
        yield from _script(step, outcome, flags)


def _transcript(step: Step, outcome: Outcome, flags: int) -> Iterator[Failure]:
    was_raised, failed, before = False, False, flags
    for (example, wanted), ended in zip(step.examples(flags), outcome.ended, strict=True):
        # The flags of the example before decide, in doctest.
        quiet, before = failed and before & doctest.REPORT_ONLY_FIRST_FAILURE, wanted
        if wanted & doctest.SKIP:
            continue
        if not ended.run:
            yield Failure(NOT_RUN, step.place, step.source, example.lineno)
            return
        if ended.raised and step.expect_error in ended.raised.names:
            was_raised = True
        elif not _is_right(example, ended, wanted):
            if not quiet:
                text = _different(example.want, ended, outcome, wanted)
                yield Failure(text, step.place, step.source, example.lineno)
            failed = True
        if failed and wanted & doctest.FAIL_FAST:
            return
    if step.expect_error and not was_raised:
        yield Failure(f"It was to raise {step.expect_error}, and did not.", step.place, step.source)


def _is_right(example: doctest.Example, ended: Ended, flags: int) -> bool:
    """Whether an example did what the page says; doctest takes no exception that the page does not show."""
    if ended.raised and not example.exc_msg:
        return False
    return matches(example.want, example.exc_msg, ended, flags)


def _script(step: Step, outcome: Outcome, flags: int) -> Iterator[Failure]:
    (ended,) = outcome.ended
    raised, expected = ended.raised if ended.status != 0 else None, step.expected
    if not ended.run:
        yield Failure(NOT_RUN, step.place, step.source)
        return
    shown = False
    if expected:
        message = message_in(expected.text)
        wanted = with_flags(with_flags(flags, step.flags), expected.flags)
        # A page may show a program's output, and the exception after it.
        shown = bool(message) or HEADER in expected.text
        if not matches(expected.text, message, ended, wanted):
            text = _different(expected.text, ended, outcome, wanted)
            code = expected.text if DOCSTRING in expected.place.source else ""
            yield Failure(text, expected.place, code, is_output=True)
            return
    if step.expect_error:
        if raised is None or step.expect_error not in raised.names:
            instead = f"raised {raised.names[0]}" if raised else "did not"
            text = f"It was to raise {step.expect_error}, and {instead}."
            yield Failure(text, step.place, step.source, _line(step, 0, raised))
    elif raised and not shown:
        what = f"The module `{step.source}` cannot be imported:" if step.kind == "module" else ""
        text = "\n".join([what or _what_happened(ended, outcome), shortened(whole(ended))]).rstrip()
        yield Failure(text, step.place, step.source, _line(step, 0, raised))


def _what_happened(ended: Ended, outcome: Outcome) -> str:
    raised = ended.raised
    if ended.status is not None:
        return f"It ended with exit status {ended.status}."
    if raised and outcome.starved and raised.names[0] == "EOFError":
        return "It reads more input than its `:stdin:` gives."
    return f"It raised {raised.names[0]}:" if raised else "It does not print what the page says:"


def _different(want: str, ended: Ended, outcome: Outcome, flags: int) -> str:
    mixed = [MIXED] if ended.raised and HEADER in want and not message_in(want) else []
    lines = difference(want, whole(ended), flags)
    return "\n".join([_what_happened(ended, outcome), *mixed, *lines])


def _line(step: Step, number: int, raised: Raised | None) -> int:
    """The line of the code, from 0, at which a program, or a transcript's example, stopped."""
    if step.kind == "transcript":
        return step.examples()[number][0].lineno
    return step.index(raised.line) if raised and raised.line else 0
