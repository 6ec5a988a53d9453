"""What differs between two texts, so that it can be seen."""

from __future__ import annotations

import difflib
import doctest
import re
import unicodedata

MOST_LINES = 60
"""Lines of a difference that are shown."""
_BLANK_LINE = "<BLANKLINE>"


def difference(want: str, got: str, flags: int) -> list[str]:
    """The lines of a unified diff. An empty line is written as a page writes it, what looks alike escaped."""
    if not flags & doctest.DONT_ACCEPT_BLANKLINE:
        got = re.sub(r"^[ ]*(?=\n)", _BLANK_LINE, got, flags=re.MULTILINE)
    lines = list(difflib.unified_diff(_lines(want), _lines(got), "expected", "got", lineterm="", n=3))
    sides = [{_look(line[1:]) for line in lines[2:] if line.startswith(sign)} for sign in "-+"]
    alike = set.intersection(*sides)
    shown = [*lines[:2], *(_shown(line, alike) for line in lines[2:])]
    if len(shown) > MOST_LINES:
        shown[MOST_LINES:] = [f"({len(shown) - MOST_LINES} more lines)"]
    return shown


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


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
