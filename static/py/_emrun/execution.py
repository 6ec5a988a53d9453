"""Compiling and executing code as the interpreter itself would, and showing what went wrong as it would."""

from __future__ import annotations
import __future__

import ast
import asyncio
import inspect
import io
import linecache
import os
import sys
from functools import partial
from types import CodeType, FunctionType, TracebackType
from typing import TYPE_CHECKING, Any

from . import event_loop
from .unsupported import explain

if TYPE_CHECKING:
    from collections.abc import Callable

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
#: Ours, and asyncio's: frames in them above a program's own are not the program's.
_FOLDERS = (os.path.dirname(__file__), os.path.dirname(asyncio.__file__))


class Executor:
    """Executes code objects in a namespace; top-level `await` runs in one event loop that lasts."""

    def __init__(self) -> None:
        event_loop.install()
        self._runner: asyncio.Runner | None = None

    def prepared(self, code: CodeType, namespace: dict[str, Any]) -> Callable[[], object]:
        """What executes `code` when it is called; whatever that raises goes through."""
        if not code.co_flags & inspect.CO_COROUTINE:
            return partial(exec, code, namespace)
        if self._runner is None:
            self._runner = asyncio.Runner()
        return partial(self._runner.run, FunctionType(code, namespace)())


def compile_program(source: str, filename: str, mode: str, future: int = 0) -> CodeType:
    """Compile with top-level `await` allowed, its lines known to tracebacks.

    :param mode: "exec" for a script, "single" for one interactive statement.
    :param future: see `future_flags`.
    """
    linecache.cache[filename] = (len(source), None, io.StringIO(source, newline=None).readlines(), filename)
    return compile(source, filename, mode, flags=_FLAGS | future, dont_inherit=True)


def future_flags(namespace: dict[str, Any]) -> int:
    """The flags for the features that `namespace` has imported from `__future__`, as doctest finds them."""
    features = [name for name in __future__.all_feature_names if name in namespace]
    return sum(
        namespace[name].compiler_flag for name in features if namespace[name] is getattr(__future__, name)
    )


def show_exception(error: BaseException) -> None:
    """Print `error` as Python does when it reaches the top, without the frames that led to the program."""
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        link.__traceback__ = _own_frames(link.__traceback__)
        link = link.__cause__ or link.__context__
    explain(error)
    sys.excepthook(type(error), error, error.__traceback__)


def _own_frames(traceback: TracebackType | None) -> TracebackType | None:
    """Without the frames that lead to the program: this package's, and asyncio's for a top-level `await`."""
    if traceback is None or _folder(traceback) != _FOLDERS[0]:
        return traceback
    while traceback is not None and _folder(traceback) in _FOLDERS:
        traceback = traceback.tb_next
    return traceback


def _folder(traceback: TracebackType) -> str:
    return os.path.dirname(traceback.tb_frame.f_code.co_filename)


def exit_status(request: SystemExit) -> int:
    """The exit status that `request` stands for; a message is printed, as Python does."""
    if request.code is None:
        return 0
    if isinstance(request.code, int):
        return request.code
    print(request.code, file=sys.stderr)
    return 1


def renew_input() -> None:
    """Give a program a `sys.stdin` of its own: what one has read ahead is not the next one's."""
    old = sys.__stdin__
    if old is None or sys.stdin is not old:
        return  # the program's own doing
    try:
        raw = io.FileIO(0, closefd=False)
    except OSError:
        return  # closed
    raw.name = "<stdin>"
    new: Any = io.TextIOWrapper(io.BufferedReader(raw), encoding=old.encoding, errors=old.errors)
    new.mode = "r"
    sys.stdin = sys.__stdin__ = new  # type: ignore[misc]


def flush() -> None:
    """Bring out what the program left in its buffers, in Python's own order at a program's end."""
    for stream in (sys.stderr, sys.stdout):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue  # the program replaced or closed it
