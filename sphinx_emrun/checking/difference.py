"""What a failure shows of outputs: what differs, so that it can be seen, and no more than somebody reads."""

from __future__ import annotations

import difflib
import doctest
import re
import unicodedata

MOST_LINES = 60
"""Lines that are shown."""
MOST_CHARACTERS = 500
"""Of a line."""
MOST_COMPARED = 2000
"""Lines of each output that are compared: comparing takes up to the square of their number."""
FIRST_LINES = 20
"""Lines at the beginning of what is shortened; the others are at its end, as an exception is."""
_BLANK_LINE = "<BLANKLINE>"


def difference(want: str, got: str, flags: int) -> list[str]:
    """The lines of a unified diff. An empty line is written as a page writes it, what looks alike escaped."""
    if not flags & doctest.DONT_ACCEPT_BLANKLINE:
        got = re.sub(r"^[ ]*(?=\n)", _BLANK_LINE, got, flags=re.MULTILINE)
    expected, found = _lines(want), _lines(got)
    before, after = ([_cut(line) for line in lines[:MOST_COMPARED]] for lines in (expected, found))
    lines = list(difflib.unified_diff(before, after, "expected", "got", lineterm="", n=3))
    if not lines and expected != found:
        return ["(They differ beyond what is compared here.)"]
    sides = [{_look(line[1:]) for line in lines[2:] if line.startswith(sign)} for sign in "-+"]
    alike = set.intersection(*sides)
    shown = [*lines[:2], *(_shown(line, alike) for line in lines[2:])]
    if len(shown) > MOST_LINES:
        shown[MOST_LINES:] = [f"({len(shown) - MOST_LINES} more lines)"]
    return shown


def shortened(text: str) -> str:
    """Its first and last lines, none too long."""
    lines = [_cut(line) for line in _lines(text)]
    if len(lines) > MOST_LINES:
        last = MOST_LINES - FIRST_LINES
        lines[FIRST_LINES:-last] = [f"({len(lines) - MOST_LINES} more lines)"]
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _cut(line: str) -> str:
    if len(line) <= MOST_CHARACTERS:
        return line
    return f"{line[:MOST_CHARACTERS]} ({len(line) - MOST_CHARACTERS} more characters)"


def _shown(line: str, alike: set[str]) -> str:
    if line[:1] == " " or _look(line[1:]) not in alike:
        return line
    return line[0] + _escaped(line[1:])


def _look(line: str) -> str:
    """What the eye sees of a line: without what takes no room, all blanks alike."""
    seen = (each for each in unicodedata.normalize("NFKC", line) if unicodedata.category(each) != "Cf")
    return " ".join("".join(seen).split())


def _escaped(line: str) -> str:
    r"""A line in which everything can be seen, as Python writes it: ``\t``, ``\xa0``, ``\x20`` at the end."""
    escaped = line.encode("unicode_escape").decode("ascii")
    kept = escaped.rstrip(" ")
    return kept + r"\x20" * (len(escaped) - len(kept))
