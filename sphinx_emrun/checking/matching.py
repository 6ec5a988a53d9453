"""Whether output, or an exception, is what a page says: by the rules of :mod:`doctest`."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

from sphinx_emrun.checking.outcome import ECHO, ERRORS, OUTPUT, text_of
from sphinx_emrun.checking.screen import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx_emrun.checking.outcome import Ended

HEADER = "Traceback (most recent call last):"
_CHECKER = doctest.OutputChecker()
_EXCEPTION = doctest.DocTestParser._EXCEPTION_RE  # type: ignore[attr-defined]


def message_in(want: str) -> str | None:
    """The message of the exception that a page shows in the place of a program's output, if it does."""
    found = _EXCEPTION.match(want)
    return found["msg"] if found else None


def matches(want: str, message: str | None, ended: Ended, flags: int) -> bool:
    """Whether a program, or an example, did what the page says.

    :param message: of the exception that the page shows.
    """
    if ended.raised and message:
        return _same_exception(message, ended.raised.message, flags)
    return any(_CHECKER.check_output(want, got, flags) for got in _readings(ended))


def whole(ended: Ended) -> str:
    """All that is seen of a program."""
    return _completed(plain(text_of(ended.output, ECHO, OUTPUT, ERRORS)))


def _same_exception(want: str, got: str, flags: int) -> bool:
    if _CHECKER.check_output(_completed(want), got, flags):
        return True
    if not flags & doctest.IGNORE_EXCEPTION_DETAIL:
        return False
    strip = doctest._strip_exception_details  # type: ignore[attr-defined]
    return _CHECKER.check_output(strip(want), strip(got), flags)


def _readings(ended: Ended) -> Iterator[str]:
    """What a page may mean by output: what doctest captures, what is seen of it, of both streams, of all."""
    output = text_of(ended.output, OUTPUT)
    if ended.raised is None or ended.status is not None:
        yield _completed(output)
        yield _completed(plain(output))
    yield _completed(plain(text_of(ended.output, OUTPUT, ERRORS)))
    yield whole(ended)


def _completed(text: str) -> str:
    """As doctest compares: a page cannot say that the last newline is missing."""
    return text if not text or text.endswith("\n") else f"{text}\n"
