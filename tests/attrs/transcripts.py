"""Compares what a ``>>>`` transcript says with what a session printed, by the rules of :mod:`doctest`."""

from __future__ import annotations

import doctest
import itertools
import re
from dataclasses import dataclass

# What ``sphinx.ext.doctest`` compares with when the documentation's configuration says nothing else.
DEFAULT_FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.DONT_ACCEPT_TRUE_FOR_1

_TRACEBACK = re.compile(
    r"^Traceback \((?:most recent call last|innermost last)\):\n(?:[ \t][^\n]*\n|\n)*(?P<message>\w.*)",
    re.MULTILINE | re.DOTALL,
)
# A prompt with no statement after it; doctest leaves such lines out.
_NO_STATEMENT = re.compile(r">>>(?: *#.*)?")
_CHECKER = doctest.OutputChecker()


@dataclass(frozen=True)
class Difference:
    """An example whose output is not what the page says; ``got`` is None where it never ran."""

    source: str
    want: str
    got: str | None


@dataclass(frozen=True)
class Comparison:
    """All the examples of one transcript: how many there are, and those that differ."""

    examples: int
    differences: tuple[Difference, ...]


def compare(page: str, session: str, flags: int = DEFAULT_FLAGS) -> Comparison:
    """Compare the page's transcript with the session's, which repeats its source after the same prompts."""
    examples = doctest.DocTestParser().get_examples(page)
    wants, outputs = outputs_of(examples, page), outputs_of(examples, session)
    different = tuple(
        Difference(example.source, want or "", got)
        for example, want, got in zip(examples, wants, outputs, strict=True)
        if want is None or got is None or not is_equal(example, want, got, flags)
    )
    return Comparison(len(examples), different)


def outputs_of(examples: list[doctest.Example], session: str) -> list[str | None]:
    """What each example printed: the lines from its own source to the next; None if it never ran.

    Parsing would end an output at its first empty line; pages have those too, in place of ``<BLANKLINE>``,
    which Sphinx trims. Spaces at the end of a line and empty lines at the end of an output are left out, for
    a screen shows neither.
    """
    lines = [line.rstrip() for line in session.splitlines()]
    starts: list[tuple[int, int] | None] = []
    after = 0
    for example in examples:
        typed = _as_typed(example.source)
        starts.append(_find(typed, lines, after))
        after = starts[-1][1] if starts[-1] else after
    ends = [start[0] for start in starts if start] + [_end(lines)]
    outputs: list[str | None] = []
    for start in starts:
        if start:
            ends.pop(0)
        outputs.append(_output(lines[start[1] : ends[0]]) if start else None)
    return outputs


def is_equal(example: doctest.Example, want: str, got: str, flags: int = DEFAULT_FLAGS) -> bool:
    """Whether doctest would accept ``got`` where the page has ``want``."""
    for option, is_on in example.options.items():
        flags = flags | option if is_on else flags & ~option
    if flags & doctest.SKIP:
        return True
    raised = _TRACEBACK.search(got)
    if example.exc_msg is None or raised is None:
        same_kind = (raised is None) == (example.exc_msg is None)
        return same_kind and _CHECKER.check_output(want, got, flags)
    said, message = example.exc_msg, f"{raised['message'].rstrip()}\n"
    if flags & doctest.IGNORE_EXCEPTION_DETAIL:
        said, message = _class_name(said), _class_name(message)
    return _CHECKER.check_output(said, message, flags)


def _as_typed(source: str) -> list[str]:
    first, *rest = source.splitlines()
    return [f">>> {first}".rstrip(), *(f"... {line}".rstrip() for line in rest)]


def _find(typed: list[str], lines: list[str], start: int) -> tuple[int, int] | None:
    """Where the typed lines stand at ``start`` or later: the first line, and the one after the last."""
    for at in range(start, len(lines) - len(typed) + 1):
        if lines[at : at + len(typed)] == typed:
            end = at + len(typed)
            is_closed = end < len(lines) and lines[end] == "..."  # the empty line that ends a block
            return at, end + is_closed
    return None


def _output(lines: list[str]) -> str:
    said = itertools.takewhile(lambda line: not _NO_STATEMENT.fullmatch(line), lines)
    text = "\n".join(said).rstrip("\n")
    return f"{text}\n" if text else ""


def _end(lines: list[str]) -> int:
    """Where the session's own prompt begins, which waits for the reader when all examples have run."""
    return len(lines) - 1 if lines and lines[-1] == ">>>" else len(lines)


def _class_name(message: str) -> str:
    """The exception's name alone, as doctest compares it with IGNORE_EXCEPTION_DETAIL."""
    return re.split(r"[:\n]", message, maxsplit=1)[0].rpartition(".")[2]
