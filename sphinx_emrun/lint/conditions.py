"""What a condition comes to in the interpreter that ships, where that can be told from its text."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UNKNOWN = object()
"""What a condition depends on is not known."""
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_METHODS = {"endswith", "lower", "startswith"}


def known_names(python: str, *, program: bool) -> dict[str, Any]:
    """What expressions are worth, by their text.

    :param python: the version of the interpreter.
    :param program: whether the code is run, not imported.
    """
    version = (*map(int, python.split(".")), "final", 0)
    known = {
        "sys.platform": "emscripten",
        "os.name": "posix",
        "platform.system()": "Emscripten",
        "platform.machine()": "wasm32",
        "platform.python_implementation()": "CPython",
        "sys.implementation.name": "cpython",
        "sys.version_info": version,
        "sys.version_info.major": version[0],
        "sys.version_info.minor": version[1],
    }
    # A module may be run, too, but nothing says so.
    return known | ({"__name__": "__main__"} if program else {})


def truth(condition: ast.expr, known: Mapping[str, Any]) -> bool | None:
    """Whether it is true; None where that is not known."""
    found = value(condition, known)
    return None if found is UNKNOWN else bool(found)


def value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """What an expression is worth, or :data:`UNKNOWN`."""
    try:
        return _value(node, known)
    except (TypeError, ValueError, IndexError, AttributeError):
        return UNKNOWN


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Tuple() | ast.List() | ast.Set():
            items = [_value(item, known) for item in node.elts]
            return UNKNOWN if UNKNOWN in items else tuple(items)
        case ast.UnaryOp(op=ast.Not()):
            operand = truth(node.operand, known)
            return UNKNOWN if operand is None else not operand
        case ast.BoolOp():
            return _joined([truth(each, known) for each in node.values], isinstance(node.op, ast.Or))
        case ast.Compare():
            return _compared(node, known)
        case ast.Call(func=ast.Attribute(value=owner, attr=method), keywords=[]) if method in _METHODS:
            parts = [_value(part, known) for part in (owner, *node.args)]
            return UNKNOWN if UNKNOWN in parts else getattr(str, method)(*parts)
        case ast.Subscript():
            return _item(_value(node.value, known), node.slice)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.Name() | ast.Attribute() | ast.Call():
            return known.get(ast.unparse(node), UNKNOWN)
    return UNKNOWN


def _joined(values: list[bool | None], decisive: bool) -> Any:
    """``or`` where `decisive` is True, ``and`` where it is False."""
    if decisive in values:
        return decisive
    return UNKNOWN if None in values else not decisive


def _compared(node: ast.Compare, known: Mapping[str, Any]) -> Any:
    parts = [_value(part, known) for part in (node.left, *node.comparators)]
    if UNKNOWN in parts:
        return UNKNOWN
    pairs = zip(node.ops, parts, parts[1:], strict=False)
    return all(_COMPARISONS[type(compare)](one, other) for compare, one, other in pairs)


def _item(container: Any, index: ast.expr) -> Any:
    if container is UNKNOWN:
        return UNKNOWN
    if isinstance(index, ast.Slice):
        bounds = [part and ast.literal_eval(part) for part in (index.lower, index.upper, index.step)]
        return container[slice(*bounds)]
    return container[ast.literal_eval(index)]
