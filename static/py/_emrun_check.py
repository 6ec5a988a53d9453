"""Runs what the build checks: the same session as a page's, but each exception is told, not only shown.

Executed by `node/check-worker.mjs`, which calls its methods; it is no part of what a site ships.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import TYPE_CHECKING, Any, TypedDict

import _emrun_host  # type: ignore[import-not-found]
from _emrun.execution import compile_program, exit_status, flush, renew_input, show_exception
from _emrun.session import Session
from _pyrepl import pager
from pyodide.ffi import JsProxy

if TYPE_CHECKING:
    from collections.abc import Generator

_NO_JAVASCRIPT = (
    "JavaScript cannot be reached while the site is built; a block that needs it takes the option :no-check:"
)
_NOT_RUN = {"run": False, "raised": None, "status": None}


class CheckedProgram(TypedDict):
    """What is to be run (check-worker.mjs)."""

    kind: str
    source: str
    statements: list[str | None]
    filename: str
    namespace: str
    setup: bool


class CheckedSession(Session):
    """A session whose programs end with a report: one, or for a transcript one for each statement."""

    def __init__(self) -> None:
        super().__init__([])
        # Nobody is there to turn a pager's pages.
        pager.get_pager = lambda: pager.plain_pager
        #: Namespaces whose setup failed.
        self._broken: set[str] = set()

    def check(self, encoded: str) -> Generator[int, None, None]:
        """Run one program, given in JSON; a generator, as `Session.run` is."""
        renew_input()
        program: CheckedProgram = json.loads(encoded)
        name = program["namespace"]
        namespace = self._module(name).__dict__
        if name in self._broken:
            _emrun_host.ended(json.dumps(_NOT_RUN))
        elif program["kind"] == "script":
            error = yield from self._check_code(program["source"], program["filename"], "exec", namespace)
            if program["setup"] and error is not None:
                self._broken.add(name)
        else:
            yield from self._check_statements(program["statements"], namespace)

    def _check_statements(
        self, statements: list[str | None], namespace: dict[str, Any]
    ) -> Generator[int, None, None]:
        error: BaseException | None = None
        for number, statement in enumerate(statements):
            # As in a page: these two end a transcript, other exceptions do not.
            if statement is None or isinstance(error, SystemExit | KeyboardInterrupt):
                _emrun_host.ended(json.dumps(_NOT_RUN))
            else:
                error = yield from self._check_code(
                    statement, f"<python-input-{number}>", "single", namespace
                )

    def _check_code(
        self, source: str, filename: str, mode: str, namespace: dict[str, Any]
    ) -> Generator[int, None, BaseException | None]:
        caught: BaseException | None = None
        raised, status = None, None
        try:
            yield from self._call(self._executor.prepared(compile_program(source, filename, mode), namespace))
        except SystemExit as request:
            status, raised, caught = exit_status(request), _described(request, filename), request
        except BaseException as error:
            if _misses_javascript(error):
                error.add_note(_NO_JAVASCRIPT)
            raised, caught = _described(error, filename), error
            _show(error)
        flush()
        _emrun_host.ended(json.dumps({"run": True, "raised": raised, "status": status}))
        return caught


def _show(error: BaseException) -> None:
    """Show an exception; where there is too little memory for that, its name."""
    try:
        show_exception(error)
    except MemoryError:
        traceback.clear_frames(error.__traceback__)
        sys.stderr.write(f"{type(error).__name__}\n")


def _misses_javascript(error: BaseException) -> bool:
    """Whether it is for want of JavaScript, all of whose objects look empty here (``node/fence.mjs``)."""
    if isinstance(error, ImportError):
        return error.name in ("js", "pyodide_js")
    return isinstance(error, AttributeError) and isinstance(error.obj, JsProxy)


def _described(error: BaseException, filename: str) -> dict[str, Any]:
    kind = type(error)
    names = [kind.__qualname__, f"{kind.__module__}.{kind.__qualname__}"]
    return {"names": names, "message": _message(error, names), "line": _line(error, filename)}


def _message(error: BaseException, names: list[str]) -> str:
    """What doctest compares: of a SyntaxError, not the lines that show the place."""
    lines = traceback.format_exception_only(error)
    if isinstance(error, SyntaxError):
        prefixes = tuple(f"{name}:" for name in names)
        start = next((i for i, line in enumerate(lines) if line.startswith(prefixes)), 0)
        lines = lines[start:]
    return "".join(lines)


def _line(error: BaseException, filename: str) -> int | None:
    """The line of the program at which `error` was raised, or which led there."""
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == filename]
    return lines[-1] if lines else None


session = CheckedSession()
