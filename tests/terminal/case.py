"""Cases: programs, what is typed at them, and how what they show is to be compared (``cases/*.toml``)."""

from __future__ import annotations

import builtins
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

import pyte

#: What both Pythons find in their environment; tracebacks' colours would change with the version.
ENVIRONMENT = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "NO_COLOR": "1",
    "PATH": "/nonexistent",
}
#: How long a program may take for a step, in seconds.
PATIENCE = 20


@dataclass(frozen=True, kw_only=True)
class Key:
    """What happens once ``shows`` has appeared, after what was waited for before, and the program reads."""

    shows: str = ""
    type: str = ""
    #: Typed instead of ``type``: bytes, in hexadecimal digits.
    bytes: str = ""
    times: int = 1
    #: The new columns and rows, instead of typing.
    resize: tuple[int, int] | None = None
    #: The program does not read: it is not waited for.
    busy: bool = False

    @cached_property
    def data(self) -> builtins.bytes:
        return (builtins.bytes.fromhex(self.bytes) or self.type.encode()) * self.times


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What CPython shows otherwise than we do, and why; it has to be there."""

    cpython: str
    ours: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One program at a terminal."""

    source: str
    keys: tuple[Key, ...] = ()
    columns: int = 80
    rows: int = 24
    #: "bytes": what comes is equal; "screen": what is to be seen after it.
    compare: Literal["bytes", "screen"] = "bytes"
    differences: tuple[Difference, ...] = ()
    #: How it ends with us, where that differs: "done", "error" or "stopped".
    ending: str | None = None
    #: Keys are typed at the prompt that follows the program; the last ones end the session.
    prompt: bool = False
    #: What it imports, of the packages that `requirements.txt` pins.
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a case showed, to its end."""

    output: bytes
    ending: str

    def screen(self, case: Case) -> list[str]:
        """The lines that are to be seen, and above them those that have left the screen."""
        columns, rows = next(
            (key.resize for key in reversed(case.keys) if key.resize), (case.columns, case.rows)
        )
        screen = pyte.HistoryScreen(columns, rows, history=10_000)
        pyte.ByteStream(screen).feed(self.output)
        above = ["".join(line[column].data for column in range(columns)) for line in screen.history.top]
        return [line.rstrip() for line in (*above, *screen.display)]


class Runner(Protocol):
    """Runs cases on one terminal and one Python."""

    def run(self, case: Case, file: Path) -> Shown:
        """Run to the end.

        :param file: the program's file, as tracebacks name it.
        :raises AssertionError: when it does not show what a key waits for, with what it did show.
        """

    def close(self) -> None: ...


def read_case(file: Path) -> Case:
    """:raises TypeError: for a field that there is not."""
    fields: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    keys = tuple(Key(**{**key, **_pair(key)}) for key in fields.pop("keys", ()))
    differences = tuple(Difference(**difference) for difference in fields.pop("differences", ()))
    packages = tuple(fields.pop("packages", ()))
    return Case(keys=keys, differences=differences, packages=packages, **fields)


def _pair(key: dict[str, Any]) -> dict[str, Any]:
    return {"resize": tuple(key["resize"])} if "resize" in key else {}
