"""Compiling and executing code as the interpreter itself would, and showing what went wrong as it would."""

from __future__ import annotations
import __future__

import ast
import contextlib
import inspect
import os
import sys
from functools import partial
from types import CodeType, FunctionType, TracebackType
from typing import TYPE_CHECKING, Any

from . import event_loop, sources
from .boundary import Boundary
from .unsupported import explain

if TYPE_CHECKING:
    from collections.abc import Callable

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
#: Ours, and asyncio's: frames in them above a program's own are not the program's.
_FOLDERS = (os.path.dirname(__file__), event_loop.FOLDER)
#: C's; a program may replace the one that `sys` names.
_display = sys.__excepthook__
_HOOK_FAILED = "Error in sys.excepthook:\n", "\nOriginal exception was:\n"


class Executor:
    """Executes code objects in a namespace; top-level `await` runs in one event loop that lasts."""

    def __init__(self) -> None:
        sources.install()
        event_loop.install()
        self.boundary = Boundary()
        self._loop = event_loop.SessionLoop()

    def prepared(self, code: CodeType, namespace: dict[str, Any]) -> Callable[[], object]:
        """What executes `code` when it is called; whatever that raises goes through."""
        sources.add(code)
        if not code.co_flags & inspect.CO_COROUTINE:
            return partial(exec, code, namespace)
        return partial(self._loop.run, FunctionType(code, namespace)())

    def execute(self, program: Callable[[], object]) -> None:
        """Call a program."""
        self.boundary.leave()
        try:
            program()
        finally:
            try:
                self.boundary.enter()
            except BaseException:  # a stop, or of a function that traces, which is thereby gone
                self.boundary.enter()
                raise


def compile_program(source: str, filename: str, mode: str, future: int = 0) -> CodeType:
    """Compile with top-level `await` allowed.

    :param mode: "exec" for a script, "single" for one interactive statement.
    :param future: see `future_flags`.
    """
    return compile(source, filename, mode, flags=_FLAGS | future, dont_inherit=True)


def future_flags(namespace: dict[str, Any]) -> int:
    """The flags for the features that `namespace` has imported from `__future__`, as doctest finds them."""
    features = [name for name in __future__.all_feature_names if name in namespace]
    return sum(
        namespace[name].compiler_flag for name in features if namespace[name] is getattr(__future__, name)
    )


def show_exception(error: BaseException) -> None:
    """Print `error` as Python does when it reaches the top, without the frames that led to the program."""
    with contextlib.suppress(Exception):  # what a program defines may refuse
        _leave_own_frames_out(error)
    explain(error)
    try:
        getattr(sys, "excepthook", _display)(type(error), error, error.__traceback__)
    except BaseException as failure:
        for text, shown in zip(_HOOK_FAILED, (failure, error), strict=True):
            with contextlib.suppress(Exception):
                sys.stderr.write(text)
            _leave_own_frames_out(shown)
            _display(type(shown), shown, shown.__traceback__)


def _leave_own_frames_out(error: BaseException) -> None:
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        link.__traceback__ = _own_frames(link.__traceback__)
        link = link.__cause__ if link.__cause__ is not None else link.__context__


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
    code: object = request
    with contextlib.suppress(Exception):
        code = request.code
    if code is None:
        return 0
    if isinstance(code, int):
        # A C long long; what is larger is -1. The system keeps eight bits.
        return int.__and__(code, 0xFF) if int.bit_length(code) < 64 else 0xFF
    with contextlib.suppress(Exception):
        sys.stderr.write(f"{code}\n")
    return 1
