"""Where code of a page stands in a file: for warnings that name the very line, in a docstring too."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.checking.definitions import definitions
from sphinx_emrun.checking.plan import DOCSTRING
from sphinx_emrun.checking.verdict import Failure
from sphinx_emrun.lines import python_lines

if TYPE_CHECKING:
    from sphinx_emrun.checking.plan import Step

#: By how many lines extensions that rewrite docstrings, such as napoleon, may move what stands there.
SLACK = 2
#: Before a line of code: indentation, and in comments that are documentation (`#: >>> f()`) their mark.
_MARGIN = re.compile(r"[ \t]*(?:#:[ \t]?)?[ \t]*")


def location(failure: Failure) -> str:
    """``FILE:LINE`` of a failure; where a docstring is in no file, its object and the docstring's line."""
    place = failure.place
    file, docstring, name = place.source.rpartition(DOCSTRING)
    if not docstring:
        text = _text(place.source) if failure.code else ""
        found = find(text, failure.code, place.line or 1)
        return f"{place.source}:{found + failure.line if found else place.line or ''}"
    file = file.removesuffix(":")
    line = _in_docstring(file, name, failure) if file else None
    return f"{file}:{line}" if line else f"{place.source}:{(place.line or 1) + failure.line}"


def place_of(step: Step) -> tuple[str, str]:
    """The file and the line of a program."""
    file, _, line = location(in_file(step, Failure("", step.place, step.source))).rpartition(":")
    return file, line


def _in_docstring(file: str, name: str, failure: Failure) -> int | None:
    """The line of the file."""
    text, offset = _text(file), (failure.place.line or 1) - 1
    named = definitions(file, name)
    for each in named:
        # As it is written, and as Python reads it.
        written = "\n".join(text.split("\n")[each.first - 1 :][: each.docstring.count("\n") + 1])
        for docstring in (written, each.docstring) if each.docstring else ():
            if found := find(docstring, failure.code, offset + 1 - SLACK):
                return each.first + _introduction(docstring, found, failure) - 1 + failure.line
    owners = definitions(file, name.rpartition(".")[0])
    # A comment that documents an attribute, or a docstring that is put together.
    if found := find(text, failure.code, next((each.line for each in (*named, *owners)), 1)):
        return found + failure.line
    known = next(iter(named), None)
    return known and (known.first + offset + failure.line if known.docstring else known.line)


def _introduction(text: str, line: int, failure: Failure) -> int:
    """The line of the directive whose content, an output, begins at a line."""
    if not failure.is_output:
        return line
    before = text.split("\n")[: line - 1]
    while before and re.match(r"\s*(:.*)?$", before[-1]):
        before.pop()
    return len(before) if before and re.match(r"\s*\.\. ", before[-1]) else line


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return ""


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
