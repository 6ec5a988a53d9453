"""The prompt under a block: CPython's own interactive shell (`_pyrepl`) on the page's terminal."""

from __future__ import annotations

import builtins
import signal
import sys
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Literal

import _emrun_host  # type: ignore[import-not-found]
from _pyrepl import commands, readline
from _pyrepl.console import InteractiveColoredConsole
from _pyrepl.simple_interact import run_multiline_interactive_console

from .execution import exit_status, flush, show_exception

if TYPE_CHECKING:
    from .execution import Executor

#: The page's wish to have the prompt end (protocol.js): the last real-time signal, which no program uses.
SIGDETACH = 64


class Detach(SystemExit):
    """Ends the shell, which lets nothing but SystemExit through."""


class Console(InteractiveColoredConsole):
    """CPython's console, telling the page when a statement runs."""

    def __init__(self, namespace: dict[str, Any], executor: Executor) -> None:
        super().__init__(namespace, filename="<stdin>")
        self._executor = executor
        self._outcome: Literal["done", "error", "stopped"] = "done"

    def push(self, line: str, filename: str | None = None, *, _symbol: str = "single") -> bool:
        """One statement, typed."""
        _emrun_host.prompting(False)
        _emrun_host.typed(line)
        _emrun_host.started()
        self._outcome = "done"
        try:
            return super().push(line, filename, _symbol=_symbol)
        finally:
            flush()
            _emrun_host.finished(self._outcome, None)
            _emrun_host.prompting(True)

    def runcode(self, code: CodeType) -> object:
        """Execute a statement; an exception is shown as a script's is."""
        try:
            self._executor.prepared(code, self.locals)()
        except SystemExit:
            raise
        except BaseException as error:
            self._outcome = "stopped" if isinstance(error, KeyboardInterrupt) else "error"
            show_exception(error)
            return self.STATEMENT_FAILED
        return None

    def showsyntaxerror(self, filename: str | None = None, **options: Any) -> None:
        """A statement that Python cannot read."""
        self._outcome = "error"
        super().showsyntaxerror(filename, **options)


class ShowHistory(commands.show_history):
    """F2. Without this no prompt follows: `_pyrepl` counts on a pager that puts the screen back (`less`)."""

    def do(self) -> None:
        super().do()
        self.reader.console.screen = []
        self.reader.console.posxy = 0, 0
        self.reader.dirty = True


class Prompt:
    """The session's prompt; its history lasts."""

    def __init__(self, executor: Executor, history: list[str]) -> None:
        self._executor = executor
        self._history = history
        signal.signal(SIGDETACH, self._detach)

    def interact(self, namespace: dict[str, Any]) -> bool:
        """Read and run statements in `namespace`.

        :returns: True where the reader ended the session, False where the page asked for the worker.
        """
        sys.ps1, sys.ps2 = ">>> ", "... "
        readline._setup(namespace)  # works but once; what depends on the namespace is set below
        readline._wrapper.get_reader().commands["show-history"] = ShowHistory
        self._recall()
        builtins.input = readline._wrapper.input
        config = readline._wrapper.config
        config.module_completer = readline.ModuleCompleter(namespace)
        config.readline_completer = readline.RLCompleter(namespace).complete
        _emrun_host.prompting(True)
        try:
            console = Console(namespace, self._executor)
            run_multiline_interactive_console(console, future_flags=PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except Detach:
            return False
        except SystemExit as request:
            exit_status(request)
        finally:
            _emrun_host.prompting(False)
            del sys.ps1, sys.ps2
            flush()
        return True

    def _recall(self) -> None:
        """Give the shell the statements typed before, once; it appends what is new to its own file."""
        for statement in self._history:
            readline._wrapper.add_history(statement)
        readline._wrapper.set_history_length(readline._wrapper.get_current_history_length())
        self._history = []

    @staticmethod
    def _detach(_signum: int, _frame: FrameType | None) -> None:
        raise Detach
