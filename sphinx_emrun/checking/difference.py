"""What a failure shows of outputs: their difference, or their lines, no more than somebody reads."""

from __future__ import annotations

import difflib

MOST_LINES = 60
"""Lines that are shown."""
MOST_CHARACTERS = 500
"""Of a line."""
MOST_COMPARED = 2000
"""Lines of each output that are compared: comparing takes up to the square of their number."""
FIRST_LINES = 20
"""Lines at the beginning of what is shortened; the others are at its end, as an exception is."""


def difference(want: str, got: str) -> list[str]:
    """The lines of a unified diff."""
    expected, found = (_lines(text)[:MOST_COMPARED] for text in (want, got))
    lines = list(difflib.unified_diff(expected, found, "expected", "got", lineterm="", n=3))
    if not lines and want.splitlines() != got.splitlines():
        return ["(They differ beyond what is compared here.)"]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"({len(lines) - MOST_LINES} more lines)"]
    return lines


def shortened(text: str) -> str:
    """Its first and last lines, none too long."""
    lines = _lines(text)
    if len(lines) > MOST_LINES:
        last = MOST_LINES - FIRST_LINES
        lines[FIRST_LINES:-last] = [f"({len(lines) - MOST_LINES} more lines)"]
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    return [
        line
        if len(line) <= MOST_CHARACTERS
        else f"{line[:MOST_CHARACTERS]} ({len(line) - MOST_CHARACTERS} more characters)"
        for line in text.splitlines()
    ]
