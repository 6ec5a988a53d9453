"""What the names in a program stand for, as far as its text says."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Binding = tuple[str, "str | ast.expr | None"]
"""A name, and what it is bound to: a dotted name, an instance of what the expression names, or anything."""


class Names:
    """The dotted names that expressions stand for.

    A name that is bound to several things anywhere in the program stands for none.
    """

    def __init__(self, bindings: Iterable[Binding], is_class: Callable[[str], bool]) -> None:
        """Read the bindings.

        :param is_class: whether a dotted name is a class whose instances matter.
        """
        self._is_class = is_class
        bound: defaultdict[str, list[str | ast.expr | None]] = defaultdict(list)
        for name, target in bindings:
            bound[name].append(target)
        self._meaning: dict[str, str] = {}
        # Instances come after the classes, which may themselves be made from what is imported.
        for _ in range(2):
            self._meaning |= {name: found for name, targets in bound.items() if (found := self._one(targets))}

    def _one(self, targets: list[str | ast.expr | None]) -> str | None:
        meanings = {self._meant(target) for target in targets}
        return meanings.pop() if len(meanings) == 1 else None

    def _meant(self, target: str | ast.expr | None) -> str | None:
        return self.dotted(target) if isinstance(target, ast.expr) else target

    def dotted(self, node: ast.expr) -> str | None:
        """The dotted name of what ``node`` is; an instance goes by the name of its class."""
        match node:
            case ast.Name():
                return self._meaning.get(node.id)
            case ast.Attribute():
                owner = self.dotted(node.value)
                return owner and f"{owner}.{node.attr}"
            case ast.Call():
                called = self.dotted(node.func)
                return called if called and self._is_class(called) else None
        return None


def bindings(tree: ast.AST) -> list[Binding]:
    """All bindings in a program."""
    return [binding for node in ast.walk(tree) for binding in _bindings(node)]


def _bindings(node: ast.AST) -> Iterator[Binding]:
    match node:
        case ast.Import():
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
        case ast.ImportFrom():
            for alias in node.names:
                yield alias.asname or alias.name, None if node.level else f"{node.module}.{alias.name}"
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name, node.value
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.NamedExpr(target=ast.Name(id=name)):
            yield name, node.value
        case ast.withitem(optional_vars=ast.Name(id=name)):
            yield name, node.context_expr
        case ast.ClassDef():
            yield node.name, _base(node)
        case _:
            yield from ((name, None) for name in _others(node))


def _others(node: ast.AST) -> Iterator[str]:
    """Names that are bound to something that is not looked at."""
    match node:
        case ast.Assign():
            yield from (name for target in node.targets for name in _stored(target))
        case ast.For() | ast.AsyncFor() | ast.comprehension() | ast.AugAssign():
            yield from _stored(node.target)
        case ast.withitem(optional_vars=ast.expr() as target):
            yield from _stored(target)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name
        case ast.arg():
            yield node.arg
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name


def _stored(target: ast.expr) -> Iterator[str]:
    for part in ast.walk(target):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id


def _base(node: ast.ClassDef) -> ast.expr | None:
    """The class whose methods a class has, if it adds none that may take their place."""
    own = [each.name for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    inherits = len(node.bases) == 1 and not {"__init__", "__new__", "start"} & set(own)
    return node.bases[0] if inherits else None
