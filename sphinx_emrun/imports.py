"""Which modules a program imports, as far as its text says. Knows no Sphinx."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinx_emrun.blocks import script_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def imported(code: str) -> frozenset[str]:
    """The names of modules that ``code``, a script or a transcript, may import, and the packages around them.

    ``from a import b`` gives ``a`` and ``a.b``, which may be no module. Code that cannot be read gives none.
    """
    try:
        tree = ast.parse(script_of(code))
    except (SyntaxError, ValueError):
        return frozenset()
    names = {name for node in ast.walk(tree) for name in _named(node)}
    return frozenset(package for name in names for package in with_packages(name))


def is_program(code: str) -> bool:
    """Whether ``code`` can be read as a script."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    return True


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")


def with_packages(name: str) -> Iterator[str]:
    """The packages around a module, and the module."""
    parts = name.split(".")
    yield from (".".join(parts[: number + 1]) for number in range(len(parts)))
