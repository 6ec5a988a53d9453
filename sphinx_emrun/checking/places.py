"""Where code of a page stands in a file: for warnings that name the very line, in a docstring too."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.lines import python_lines

if TYPE_CHECKING:
    from sphinx_emrun.checking.plan import Step
    from sphinx_emrun.checking.verdict import Failure

#: What autodoc puts between a file and an object's name.
DOCSTRING = ":docstring of "
#: Before a line of code: indentation, and in comments that are documentation (`#: >>> f()`) their mark.
_MARGIN = re.compile(r"[ \t]*(?:#:[ \t]?)?[ \t]*")


def location(failure: Failure) -> str:
    """``FILE:LINE`` of a failure; ``FILE:`` where no line is known."""
    file, _, name = failure.place.source.partition(DOCSTRING)
    line = failure.place.line
    if failure.code:
        try:
            text = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeError):
            text = ""
        near = _definition(text, name) if name else (line or 1)
        found = find(text, failure.code, near)
        if found:
            line = found + failure.line
        elif name:
            line = near if near > 1 else None
    return f"{file}:{line or ''}"


def in_file(step: Step, failure: Failure) -> Failure:
    """A failure at its very line of the file that a block shows parts of."""
    if not step.lines or not failure.code:
        return failure
    place = dataclasses.replace(step.place, line=step.lines[failure.line])
    return dataclasses.replace(failure, place=place, code="", line=0)


def find(text: str, code: str, near: int) -> int | None:
    """The line, from 1, at which ``code`` begins in ``text``, however it is indented there.

    :param near: of several, the first at or after this line is meant, else the last before it.
    """
    wanted = _stripped(code)
    there = _stripped(text)
    if not any(wanted):
        return None
    places = [i + 1 for i in range(len(there) - len(wanted) + 1) if there[i : i + len(wanted)] == wanted]
    return next((place for place in places if place >= near), places[-1] if places else None)


def _stripped(text: str) -> list[str]:
    return [_MARGIN.sub("", line, count=1).rstrip() for line in python_lines(text)]


def _definition(text: str, name: str) -> int:
    """The line of a class or function with this dotted name; 1 where it is not known."""
    line = 1
    for part in name.split("."):
        pattern = re.compile(rf"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+{re.escape(part)}\b", re.MULTILINE)
        start = sum(len(before) + 1 for before in text.split("\n")[: line - 1])
        found = pattern.search(text, start)
        if found:
            line = text.count("\n", 0, found.start()) + 1
    return line
