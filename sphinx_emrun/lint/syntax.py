"""Questions to a syntax tree that its text answers."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXITS = {"sys.exit", "exit", "quit", "os._exit", "pytest.skip"}


def parsed(source: str) -> ast.Module:
    """The tree of a program; of what is no Python, an empty one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python says of odd escapes is its matter
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            return ast.Module(body=[], type_ignores=[])


def mentioned(tree: ast.Module, package: str) -> set[str]:
    """The modules, and names in them, that all imports name."""
    found = set()
    for node in _imports(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        else:
            module = absolute(node, package)
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def _imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """All imports; expressions, which are most of a tree, are not looked through."""
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        for child in getattr(node, part, ()):
            if isinstance(child, ast.Import | ast.ImportFrom):
                yield child
            else:
                yield from _imports(child)


def classes(expression: ast.expr | None) -> list[str]:
    """The names of the classes that an ``except`` names."""
    if expression is None:
        return ["BaseException"]
    if isinstance(expression, ast.Tuple):
        return [name for each in expression.elts for name in classes(each)]
    return [ast.unparse(expression)]


def expected_errors(context: ast.expr) -> list[str]:
    """The exceptions that a context manager is told of, as `contextlib.suppress` and `pytest.raises` are."""
    if not isinstance(context, ast.Call):
        return []
    names = [name for argument in context.args for name in classes(argument)]
    return [name for name in names if re.search(r"(Error|Exception|Warning)$", name)]


def leaves(node: ast.stmt) -> bool:
    """Whether a statement is the last to run of those around it."""
    if isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue):
        return True
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call.func) in _EXITS


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module that ``from … import`` names."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])
