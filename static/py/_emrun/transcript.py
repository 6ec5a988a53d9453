"""Transcripts of interactive sessions: `>>>` examples as doctest reads them."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Example(NamedTuple):
    """One statement of a transcript."""

    #: The statement, without prompts.
    source: str
    #: The lines as a session shows them, with prompts.
    typed: str
    #: Does the transcript show an exception?
    raises: bool
    #: May it `await`? Not where the transcript shows that it is no Python.
    awaits: bool


def examples(transcript: str, name: str) -> Iterator[Example]:
    """The statements of `transcript`, in order.

    :raises SyntaxError: where the transcript's indentation is inconsistent.
    """
    try:
        parsed = doctest.DocTestParser().get_examples(transcript, name)
    except ValueError as error:
        raise SyntaxError(str(error)) from None
    for example in parsed:
        first, *rest = example.source.removesuffix("\n").split("\n")
        # A compound statement ends at an empty line, as it does when typed.
        yield Example(
            example.source,
            "".join([f">>> {first}\n", *(f"... {line}".rstrip() + "\n" for line in rest)]),
            example.exc_msg is not None,
            not (example.exc_msg or "").startswith("SyntaxError"),
        )
