"""Where the docstrings of a Python file stand."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Definition(NamedTuple):
    """A module, class or function of a file. Lines are counted from 1."""

    name: str
    """Dotted; the module's is empty."""
    line: int
    docstring: str = ""
    first: int = 0
    """The docstring's first line."""


def definitions(file: str, name: str) -> list[Definition]:
    """The definitions of a Python file that ``name`` may mean, the likeliest first.

    :param name: an object's, with its module's before it.
    """
    try:
        found = _definitions(file, Path(file).stat().st_mtime_ns)
    except OSError:
        return []
    parts = name.split(".")
    ends = [".".join(parts[number:]) for number in range(len(parts))]
    if name.endswith(_module(file)):
        ends.append("")
    return [each for end in ends for each in found if each.name == end]


def _module(file: str) -> str:
    """The last part of the name of a file's module."""
    path = Path(file)
    return path.parent.name if path.stem == "__init__" else path.stem


@lru_cache(maxsize=64)
def _definitions(file: str, _changed: int) -> tuple[Definition, ...]:
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ()
    return tuple(_within(tree, ""))


def _within(node: ast.AST, name: str) -> Iterator[Definition]:
    if isinstance(node, _Documented):
        line, docstring = getattr(node, "lineno", 1), ast.get_docstring(node, clean=False)
        yield Definition(name, line, docstring, node.body[0].lineno) if docstring else Definition(name, line)
    for child in ast.iter_child_nodes(node):
        own = getattr(child, "name", "") if isinstance(child, _Documented) else ""
        yield from _within(child, ".".join(filter(None, (name, own))))
