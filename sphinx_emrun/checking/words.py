"""A cause of failures in words of a bounded length. Knows no Sphinx."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx_emrun.checking.causes import Cause

MOST_LINES = 30
"""How many lines a warning may have."""
WIDEST = 200
"""How many characters a line may have."""
MOST_PLACES = 8
"""How many of several places are named."""


def words_for(cause: Cause) -> str:
    """What is warned of."""
    end = []
    if cause.followers:
        what = _count(len(cause.followers), "more example")
        verb = "fails" if len(cause.followers) == 1 else "fail"
        end = [f"{what} {verb} for this reason: {_places(cause.followers)}."]
    room = MOST_LINES - len(end) - bool(cause.also)
    lines = _cut(cause.text, room)
    for number, (place, text) in enumerate(cause.also):
        more = _cut(f"Also line {_line(place)}: {text}", MOST_LINES)
        if len(lines) + len(more) > room:
            left = cause.also[number:]
            places = _list([_line(other) for other, _ in left])
            lines.append(f"({_count(len(left), 'more example')} of this block: line {places})")
            break
        lines += more
    return "\n".join([*lines, *end])


def _cut(text: str, most: int) -> list[str]:
    lines = text.split("\n")
    if len(lines) > most:
        lines[most - 1 :] = [f"({len(lines) - most + 1} more lines)"]
    return [line if len(line) <= WIDEST else f"{line[:WIDEST]}…" for line in lines]


def _places(places: Sequence[str]) -> str:
    """Files and lines, each file without its folder."""
    return _list([PurePath(file).name + (f":{line}" if line else "") for file, line in map(_split, places)])


def _list(items: Sequence[str]) -> str:
    named = ", ".join(items[:MOST_PLACES])
    return f"{named} and {len(items) - MOST_PLACES} more" if len(items) > MOST_PLACES else named


def _split(place: str) -> tuple[str, str]:
    file, _, line = place.rpartition(":")
    return file, line


def _line(place: str) -> str:
    return _split(place)[1]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s'[: number != 1]}"
