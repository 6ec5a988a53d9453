"""What came of a program: what the interpreter reports, as data that JSON can hold."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

ECHO, OUTPUT, ERRORS = 0, 1, 2
Entries = tuple[tuple[int, str], ...]
"""What was written, in order: where (:data:`ECHO` is what the terminal showed of the input), and what."""
Lost = Literal["time", "memory", "system", "crash", "earlier"]
"""Why there is no result: the interpreter was ended, by us or by the system, died, or was gone before."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that reached the top."""

    names: tuple[str, ...]
    """Its class, without and with the module."""
    message: str
    """What a traceback ends with."""
    line: int | None
    """Of the program, counted from 1."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program, or one statement of a transcript, ended."""

    output: Entries
    run: bool = True
    raised: Raised | None = None
    status: int | None = None
    """Its exit status where it called :func:`sys.exit`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that came of a program."""

    ended: tuple[Ended, ...] = ()
    """One for a script; for a transcript one for each example."""
    seconds: float = 0.0
    late: bool = False
    """It was interrupted, for it took too long."""
    starved: bool = False
    """It wanted more input than there was."""
    cut: bool = False
    """More than what is kept was written."""
    lost: Lost | None = None
    reason: str = ""
    """Of a crash, in the interpreter's words."""

    def to_json(self) -> dict[str, Any]:
        """For :meth:`from_json`."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Outcome:
        """From what ``checker.mjs`` or :meth:`to_json` made.

        :raises KeyError, TypeError: for anything else.
        """
        return cls(**{**data, "ended": tuple(_ended(each) for each in data.get("ended", ()))})


def _ended(data: dict[str, Any]) -> Ended:
    raised = data["raised"]
    return Ended(
        output=tuple((int(stream), str(text)) for stream, text in data["output"]),
        run=bool(data["run"]),
        raised=raised and Raised(tuple(raised["names"]), str(raised["message"]), raised["line"]),
        status=data["status"],
    )


def text_of(entries: Entries, *streams: int) -> str:
    """What was written to some of the streams."""
    return "".join(text for stream, text in entries if stream in streams)
