"""Runs what the build checks: the same session as a page's, but each exception is told, not only shown.

Executed by `node/check-worker.mjs`, which calls its methods; it is no part of what a site ships.
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any, TypedDict

import _emrun_host  # type: ignore[import-not-found]
from _emrun import sources, streams
from _emrun.session import Session, ends_transcript
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
    statements: list[tuple[str, bool, bool] | None]
    filename: str
    namespace: str
    module: str
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
        streams.renew_input()
        program: CheckedProgram = json.loads(encoded)
        name = program["namespace"]
        namespace = self._module(name, program["module"]).__dict__
        if name in self._broken:
            _emrun_host.ended(json.dumps(_NOT_RUN))
        elif program["kind"] == "transcript":
            yield from self._check_statements(program["statements"], namespace)
        else:
            filename = sources.named(program["filename"], program["source"])
            if program["kind"] == "module":
                error = yield from self._copy(program["source"], namespace)
            else:
                error = yield from self._run_script(program["source"], filename, namespace)
            self._report(error, filename)
            if program["setup"] and error is not None:
                self._broken.add(name)

    def _check_statements(
        self, statements: list[tuple[str, bool, bool] | None], namespace: dict[str, Any]
    ) -> Generator[int, None, None]:
        ended = False
        future = self._begin_examples(namespace)
        for each in statements:
            if each is None or ended:
                _emrun_host.ended(json.dumps(_NOT_RUN))
            else:
                source, expected, awaits = each
                filename = sources.statement(source)
                error = yield from self._execute(source, filename, "single", namespace, future, awaits=awaits)
                self._report(error, filename, expected=expected)
                ended = ends_transcript(error, expected=expected)

    def _report(self, error: BaseException | None, filename: str, *, expected: bool = False) -> None:
        """Tell how a program, or a statement, has ended."""
        if error is not None and _misses_javascript(error):
            error.add_note(_NO_JAVASCRIPT)
        raised = None if error is None else _described(error, filename)
        status = self._shown(error, expected=expected).status
        _emrun_host.ended(json.dumps({"run": True, "raised": raised, "status": status}))


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
