"""One plain sentence for an error whose reason is the browser, as a note on the exception (PEP 678).

The type, the message and what a program sees stay Python's own: the note is added when the exception reaches
the top of a block, or the prompt, where it is shown. What fails, and why, is in the table that the build puts
beside this module (`sphinx_emrun/platform`); nothing of it is looked up before something fails.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import json
import linecache
import sys
from types import CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, NamedTuple

from .unsupported_table import TABLE  # type: ignore[import-not-found]  # made by the build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

#: Python's own page on what a browser cannot do.
LINK = "https://docs.python.org/3/library/intro.html#webassembly-platforms"


class Table(NamedTuple):
    """What fails; a group is a place in ``groups``."""

    #: Why, and what to use instead.
    groups: list[tuple[str, str]]
    missing: dict[str, int]
    calls: dict[str, int]


@functools.cache
def _table() -> Table:
    data = json.loads(TABLE)
    return Table(data["groups"], data["missing"], data["calls"])


def explain(error: BaseException) -> None:
    """Add the note to `error`, where one of the exceptions that are shown with it fails for the browser."""
    if isinstance(error, MemoryError):
        return  # there is nothing to say of it, and no memory to find that out
    # The error itself is what counts, however little memory there is, and whatever comes meanwhile.
    with contextlib.suppress(Exception, KeyboardInterrupt):
        note = next((note for link in _shown_with(error) for note in _notes(link)), None)
        if note is not None and note not in getattr(error, "__notes__", ()):
            error.add_note(note)


def _shown_with(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, its parts, and those that led to it; the one that was first comes last."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions
        waiting.append(link.__cause__ or (None if link.__suppress_context__ else link.__context__))


def _notes(error: BaseException) -> Iterator[str]:
    table = _table()
    if isinstance(error, ModuleNotFoundError) and error.name:
        for name in _parents(error.name):
            if name in table.missing:
                reason, instead = table.groups[table.missing[name]]
                yield (
                    f"This is no typo: Python in a browser has no module {name} ({reason}). "
                    f"Instead: {instead}. {LINK}"
                )
    elif isinstance(error, Exception):
        for call in _failed_calls(error, table):
            reason, instead = table.groups[table.calls[call]]
            yield f"{call} does not work in a browser: {reason}. Instead: {instead}."


def _parents(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _failed_calls(error: Exception, table: Table) -> Iterator[str]:
    """The calls of the table that `error` comes from: what is absent, a frame's function, or a C function."""
    if isinstance(error, ImportError):
        yield from {f"{error.name}.{getattr(error, 'name_from', None)}"} & table.calls.keys()
    elif isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        yield from {f"{error.obj.__name__}.{error.name}"} & table.calls.keys()
    if isinstance(error, (TypeError, SyntaxError)):
        return  # a call that works nowhere
    called = {id(function): name for name, function in _functions(table)}
    for tb in reversed(list(_entries(error.__traceback__))):
        for function in (_called(tb), tb.tb_frame.f_code):
            if (name := called.get(id(function))) is not None:
                yield name


def _entries(tb: TracebackType | None) -> Iterator[TracebackType]:
    while tb is not None:
        yield tb
        tb = tb.tb_next


def _functions(table: Table) -> Iterator[tuple[str, object]]:
    """The table's calls by what they are known by, as far as their modules are imported."""
    for name in table.calls:
        module = next((each for each in _parents(name) if each in sys.modules), None)
        if module is None:
            continue
        target: object = sys.modules[module]
        for attribute in name.removeprefix(module).split(".")[1:]:
            target = _attribute(target, attribute)
        if target is not None:
            yield name, _identity(target)


def _identity(function: object) -> object:
    """What a function is known by: its code, or itself; a class by the code that makes an object of it."""
    if isinstance(function, type) and isinstance(vars(function).get("__init__"), FunctionType):
        function = vars(function)["__init__"]
    if isinstance(function, MethodType):
        function = function.__func__
    return function.__code__ if isinstance(function, FunctionType) else function


def _called(tb: TracebackType) -> object:
    """What is called where a frame is, as far as its source names it: C functions have no frames."""
    try:
        call = ast.parse(_segment(tb.tb_frame.f_code, tb.tb_lasti), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return _identity(_resolved(call.func, tb.tb_frame)) if isinstance(call, ast.Call) else None


def _resolved(path: ast.expr, frame: FrameType) -> object:
    """What a dotted name means in a frame, as far as that can be told without running code.

    For a call it is what is called: of an object made on the spot, the class.
    """
    match path:
        case ast.Name(name):
            return frame.f_locals.get(name, frame.f_globals.get(name))
        case ast.Call(function):
            return _resolved(function, frame)
        case ast.Attribute(value, name):
            return _attribute(_resolved(value, frame), name)
    return None


def _attribute(owner: object, name: str) -> object:
    """An attribute of a module or a class, or of an object's class, where looking for it runs no code."""
    places = (
        [owner]
        if isinstance(owner, ModuleType)
        else type.mro(owner if isinstance(owner, type) else type(owner))
    )
    return next((vars(each)[name] for each in places if name in vars(each)), None)


def _segment(code: CodeType, instruction: int) -> str:
    """The source of the expression that an instruction belongs to."""
    positions = list(code.co_positions())[instruction // 2]
    first, last, start, end = positions
    if first is None or last is None or start is None or end is None:
        return ""
    # What was typed at the prompt is known by its code alone.
    source = linecache._getlines_from_code(code) or linecache.getlines(code.co_filename)  # type: ignore[attr-defined]
    lines = [line.encode() for line in source[first - 1 : last]]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return b"".join(lines).decode()
