"""Compiling and executing code as the interpreter itself would, and showing what went wrong as it would."""

from __future__ import annotations
import __future__

import ast
import builtins
import codeop
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
_Incomplete = vars(builtins)["_IncompleteInputError"]
# A class of a program's may hide them.
_cause, _context, _traceback = (
    vars(BaseException)[f"__{name}__"] for name in ("cause", "context", "traceback")
)
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


def compile_program(
    source: str, filename: str, mode: str, future: int = 0, *, awaits: bool = True
) -> CodeType:
    """Compile, where `awaits` with top-level `await` allowed.

    :param mode: "exec" for a script, "single" for one interactive statement.
    :param future: see `future_flags`.
    """
    return compile(source, filename, mode, flags=(_FLAGS if awaits else 0) | future, dont_inherit=True)


def future_flags(namespace: dict[str, Any]) -> int:
    """The flags for the features that `namespace` has imported from `__future__`, as doctest finds them."""
    features = [name for name in __future__.all_feature_names if name in namespace]
    return sum(
        namespace[name].compiler_flag for name in features if namespace[name] is getattr(__future__, name)
    )


def is_incomplete(source: str) -> bool:
    """Whether a statement that is typed goes on in the next line."""
    flags = _FLAGS | codeop.PyCF_ALLOW_INCOMPLETE_INPUT | codeop.PyCF_DONT_IMPLY_DEDENT  # type: ignore[attr-defined]
    try:
        compile(source + "\n", "<stdin>", "single", flags=flags, dont_inherit=True)
    except _Incomplete:
        return True
    except (SyntaxError, OverflowError, ValueError):
        return False
    return False


def show_exception(error: BaseException) -> None:
    """Print `error` as Python does when it reaches the top, without the frames that led to the program."""
    _leave_own_frames_out(error)
    explain(error)
    try:
        getattr(sys, "excepthook", _display)(type(error), error, _traceback.__get__(error))
    except MemoryError:
        _show_name(error)
    except BaseException as failure:
        for text, shown in zip(_HOOK_FAILED, (failure, error), strict=True):
            with contextlib.suppress(Exception):
                sys.stderr.write(text)
            _leave_own_frames_out(shown)
            _display(type(shown), shown, _traceback.__get__(shown))


def _show_name(error: BaseException) -> None:
    """Print the name of `error`, where there is too little memory for more."""
    entry = _traceback.__get__(error)
    while entry is not None:
        with contextlib.suppress(RuntimeError):  # it runs
            entry.tb_frame.clear()
        entry = entry.tb_next
    with contextlib.suppress(Exception):
        sys.stderr.write(f"{type(error).__name__}\n")


def show_failure(error: BaseException) -> None:
    """The same, for what is raised while none of a program ran; a handler of its signals may have."""
    entry = _traceback.__get__(error)
    while entry is not None and not sources.knows(entry.tb_frame.f_code.co_filename):
        entry = entry.tb_next
    show_exception(error.with_traceback(entry))


def _leave_own_frames_out(error: BaseException) -> None:
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        _traceback.__set__(link, _own_frames(_traceback.__get__(link)))
        cause = _cause.__get__(link)
        link = _context.__get__(link) if cause is None else cause


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
