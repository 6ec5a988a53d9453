"""Code of a file, or of parts of it, as ``literalinclude`` reads it; and which lines of the file it is."""

from __future__ import annotations

import ast
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sphinx.directives.code import LiteralInclude, LiteralIncludeReader

from sphinx_emrun.blocks import is_transcript, placed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sphinx.config import Config
    from sphinx.util.typing import OptionSpec

INCLUDE: OptionSpec = {
    name: convert
    for name, convert in LiteralInclude.option_spec.items()
    if name not in {"diff", "language"}  # what is run is Python as it stands
}
ADDED = ("prepend", "append")
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
WHERE = ("pyobject", "lines", "start-after", "end-before", "start-at", "end-at")
SELECTING = frozenset({*ADDED, *WHERE, "lineno-match", "tab-width", "encoding"})
"""Options that need a file."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What of a file is shown."""

    code: str
    lines: tuple[int, ...]
    """The number of each line in the file; empty where the code means something else with these numbers."""
    first: int
    """What the first line is numbered with, where numbers are shown."""


class _Line(str):
    """A line that knows its number, which it keeps in every list that the reader makes."""

    __slots__ = ("number",)
    number: int


class _Reader(LiteralIncludeReader):
    """Divides a file as Python does; ``str.splitlines`` also takes form feeds and others for line ends."""

    numbers: list[int]

    def read_file(self, filename: Any, location: Any = None) -> list[str]:
        lines: list[str] = []
        text = "".join(super().read_file(filename, location))
        for number, text_line in enumerate(io.StringIO(text, newline="\n"), 1):
            line = _Line(text_line)
            line.number = number
            lines.append(line)
        return lines

    def pyobject_filter(self, lines: list[str], location: Any = None) -> list[str]:
        name = self.options.get("pyobject")
        if not name:
            return lines
        start, end = _extent("".join(lines), name)
        if "lineno-match" in self.options:
            self.lineno_start = start
        return lines[start - 1 : end]

    def dedent_filter(self, lines: list[str], location: Any = None) -> list[str]:
        self.numbers = [line.number for line in lines if isinstance(line, _Line)]
        return super().dedent_filter(lines, location)


def _extent(code: str, name: str) -> tuple[int, int]:
    """The first and the last line of a class or function with this dotted name.

    :raises ValueError: when there is none.
    """
    try:
        scope: ast.AST = ast.parse(code)
        for part in name.split("."):
            *_, scope = (each for each in _definitions(scope) if each.name == part)
    except (SyntaxError, ValueError):
        raise ValueError(f"it has no class or function {name!r}") from None
    assert isinstance(scope, _DEFINITION)
    first = min(node.lineno for node in (scope, *scope.decorator_list))
    return first, scope.end_lineno or first


def _definitions(scope: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """What is defined in a scope, in conditional statements too."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, _DEFINITION):
            yield node
        elif isinstance(node, ast.stmt | ast.excepthandler):
            yield from _definitions(node)


def include(path: Path, options: dict[str, Any], config: Config, location: Any) -> Inclusion:
    """Read a file.

    :param options: of ``literalinclude``.
    :raises OSError, UnicodeError, ValueError: when the file or the part of it cannot be read.
    """
    reader = _Reader(path, options, config)
    code = reader.read(location)[0].rstrip("\n")
    before, after = (len(options[name].split("\n")) if options.get(name) else 0 for name in ADDED)
    start, end = (reader.numbers[0], reader.numbers[-1]) if reader.numbers else (1, 0)
    numbers = (*range(start - before, start), *reader.numbers, *range(end + 1, end + 1 + after))
    return Inclusion(code, _usable(code, numbers), reader.lineno_start)


def _usable(code: str, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers, if the code means the same with each line at its number."""
    numbers = numbers[: code.count("\n") + 1]
    if numbers[0] < 1 or list(numbers) != sorted(set(numbers)):
        return ()
    if is_transcript(code) or numbers[-1] == len(numbers):
        return numbers
    try:
        same = ast.dump(ast.parse(code)) == ast.dump(ast.parse(placed(code, numbers)))
    except (SyntaxError, ValueError):  # as the check is going to say
        return numbers
    return numbers if same else ()
