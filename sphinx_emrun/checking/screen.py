"""What a screen shows after a program has written to it: text in lines, with its looks (ECMA-48).

Carriage returns, backspaces, cursor movements and erasing are carried out, so that of a progress bar the last
state is left. Colours beyond the sixteen become the nearest of them; what else a terminal can do is left out.

A few bytes can ask for any number of blanks, or erase the same cells again and again. Beyond a limit of
either such requests have no effect: the text itself is always there.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
LOOKS = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "inverse", 9: "strike"}
ENDED_BY = {22: {"bold", "dim"}, 23: {"italic"}, 24: {"underline"}, 27: {"inverse"}, 29: {"strike"}}
TAB = 8
BLANKS = 200_000
"""Cells and lines that nothing is written to, but which cursor movements leave behind."""
WORK = 5_000_000
"""Cells that are erased."""
_DIGITS = 9
"""Of a number that is read; longer ones are as large as these can be."""
_TOKEN = re.compile(
    r"\x1b\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]"
    r"|(?P<text>[^\x00-\x1f\x7f]+)|(?P<control>[\x00-\x1f\x7f])"
)

Style = frozenset[str]
Run = tuple[str, Style]
"""Text and what it looks like: ``"red"``, ``"bright-blue"``, ``"bold"`` …"""
_PLAIN: Style = frozenset()


class Screen:
    """A screen without an edge."""

    def __init__(self) -> None:
        self._lines: list[list[Run]] = [[]]
        self._row = self._column = 0
        self._style = _PLAIN
        self._blanks, self._work = BLANKS, WORK

    def write(self, text: str) -> None:
        """Show what a program writes; a newline goes to the beginning of the next line."""
        for token in _TOKEN.finditer(text):
            if token["text"]:
                self._put(token["text"])
            elif token["control"]:
                self._control(token["control"])
            elif token["final"]:
                self._sequence(token["final"], token["parameters"])

    def runs(self) -> list[Run]:
        """The text, newlines included, in pieces of one look; without blanks at its end."""
        cells: list[Run] = []
        for line in self._lines:
            cells += [*line, ("\n", _PLAIN)]
        while cells and cells[-1][0].isspace():
            cells.pop()
        return [
            ("".join(text for text, _ in group), style)
            for style, group in groupby(cells, key=lambda cell: cell[1])
        ]

    def text(self) -> str:
        """The text alone, as it stands."""
        return "\n".join("".join(character for character, _ in line) for line in self._lines)

    @property
    def _line(self) -> list[Run]:
        missing = self._row + 1 - len(self._lines)
        if missing > 1 and not self._leave_blank(missing - 1):
            missing, self._row = 1, len(self._lines)
        self._lines += [[] for _ in range(missing)]
        return self._lines[self._row]

    def _leave_blank(self, count: int) -> bool:
        """Whether so many blanks may be left behind."""
        if count > self._blanks:
            return False
        self._blanks -= count
        return True

    def _put(self, text: str) -> None:
        line = self._line
        missing = self._column - len(line)
        if missing > 0 and not self._leave_blank(missing):
            missing, self._column = 0, len(line)
        line += [(" ", _PLAIN)] * missing
        line[self._column : self._column + len(text)] = [(character, self._style) for character in text]
        self._column += len(text)

    def _control(self, character: str) -> None:
        match character:
            case "\n":
                self._row, self._column = self._row + 1, 0
                assert self._line is not None  # makes the line
            case "\r":
                self._column = 0
            case "\b":
                self._column = max(0, self._column - 1)
            case "\t":
                count = TAB - self._column % TAB
                self._put(" " * (count if self._leave_blank(count) else 1))

    def _sequence(self, final: str, parameters: str) -> None:
        numbers = (
            [_number(text) for text in parameters.split(";")] if re.fullmatch(r"[\d;]*", parameters) else []
        )
        count = max(1, numbers[0]) if numbers else 1
        match final:
            case "m":
                self._look(numbers)
            case "A":
                self._row = max(0, self._row - count)
            case "B":
                self._row += count
            case "C":
                self._column += count
            case "D":
                self._column = max(0, self._column - count)
            case "G":
                self._column = count - 1
            case "K":
                self._erase(numbers[0] if numbers else 0)
            case "J" if numbers and numbers[0] >= 2:
                self._lines, self._row, self._column = [[]], 0, 0

    def _erase(self, part: int) -> None:
        line = self._line
        count = min(self._column + 1, len(line))
        if part in (1, 2) and count <= self._work:
            self._work -= count
            line[:count] = [(" ", _PLAIN)] * count
        if part in (0, 2):
            del line[self._column :]

    def _look(self, numbers: list[int]) -> None:
        """Select Graphic Rendition."""
        left = iter(numbers)
        for number in left:
            if number == 0:
                self._style = _PLAIN
            elif number in LOOKS:
                self._style |= {LOOKS[number]}
            elif number in ENDED_BY:
                self._style -= ENDED_BY[number]
            elif 30 <= number <= 37 or 90 <= number <= 97:
                self._colour(NAMES[number % 10], bright=number >= 90)
            elif number in (38, 48):
                colour = _extended(next(left, 0), left)
                if number == 38 and colour:
                    self._colour(*colour)
            elif number == 39:
                self._colour("")

    def _colour(self, name: str, bright: bool = False) -> None:
        self._style = frozenset(look for look in self._style if look.removeprefix("bright-") not in NAMES)
        if name:
            self._style |= {f"bright-{name}" if bright else name}


def _number(digits: str) -> int:
    return int(digits or 0) if len(digits) <= _DIGITS else 10**_DIGITS


def _extended(kind: int, numbers: Iterator[int]) -> tuple[str, bool] | None:
    """The nearest of the sixteen colours to one of 256 (``5;N``) or 16 million (``2;R;G;B``)."""
    levels: tuple[int, ...]
    if kind == 5:
        number = next(numbers, 0)
        if number < 16:
            return NAMES[number % 8], number >= 8
        if number >= 232:
            levels = (8 + (number - 232) * 10,) * 3
        else:
            levels = tuple((number - 16) // unit % 6 * 51 for unit in (36, 6, 1))
    elif kind == 2:
        levels = (next(numbers, 0), next(numbers, 0), next(numbers, 0))
    else:
        return None
    strongest = max(levels)
    if strongest < 64:
        return NAMES[0], False
    return NAMES[sum(1 << i for i, level in enumerate(levels) if level > strongest * 0.6)], strongest > 200


def runs(text: str) -> list[Run]:
    """What a screen shows of ``text``, in pieces of one look."""
    screen = Screen()
    screen.write(text)
    return screen.runs()


def plain(text: str) -> str:
    """What a screen shows of ``text``, without looks; text without control characters stays as it is."""
    if not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        return text
    screen = Screen()
    screen.write(text)
    return screen.text()
