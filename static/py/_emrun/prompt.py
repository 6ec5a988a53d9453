"""The prompt under a block: CPython's own interactive shell (`_pyrepl`) on the page's terminal."""

from __future__ import annotations

import builtins
import os
import signal
import sys
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Literal

import _emrun_host  # type: ignore[import-not-found]
from _pyrepl import commands, readline, simple_interact
from _pyrepl.console import InteractiveColoredConsole

from . import sources, streams
from .execution import exit_status, is_incomplete, show_exception, show_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from .execution import Executor

#: The page's wish to have the prompt end (protocol.js): the last real-time signal, which no program uses.
SIGDETACH = 64
_PROMPTS = (">>> ", "... ")
# A program may replace them.
_set_handler, _dup, _isatty = signal.signal, os.dup, os.isatty
_wrapper = readline._wrapper


class Detach(SystemExit):
    """Ends the shell, which lets nothing but SystemExit through."""


class ShellFailure(SystemExit):
    """The same, where it is the shell that fails."""


class Console(InteractiveColoredConsole):
    """CPython's console, telling the page when a statement runs."""

    def __init__(self, namespace: dict[str, Any], executor: Executor) -> None:
        super().__init__(namespace, filename="<stdin>")
        self.compile.compiler.flags |= PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._executor = executor
        self._outcome: Literal["done", "error", "stopped"] = "done"
        self._shell_has_failed = self._nothing_ran = False

    def push(self, line: str, filename: str | None = None, *, _symbol: str = "single") -> bool:
        """One statement, typed."""
        _emrun_host.typed(line)
        push = super().push
        return self._run(lambda: push(line, sources.statement(line), _symbol=_symbol))

    def runsource(self, source: str, filename: str = "<input>", symbol: str = "single") -> bool:
        """Execute what is typed by statements; as a whole where a program has spoilt what that needs."""
        self._nothing_ran = True
        try:
            return super().runsource(source, filename, symbol)
        except Exception:
            if not self._nothing_ran:
                raise
            self.runcode(self.compile.compiler(source, filename, symbol))
            return False

    def runcode(self, code: CodeType) -> object:
        """Execute a statement; an exception is shown as a script's is."""
        self._nothing_ran = self._shell_has_failed = False
        try:
            self._executor.execute(self._executor.prepared(code, self.locals))
        except SystemExit:
            raise
        except BaseException as error:
            self._show(error)
            return self.STATEMENT_FAILED
        return None

    def showsyntaxerror(self, filename: str | None = None, **options: Any) -> None:
        """A statement that Python cannot read."""
        self._outcome = "error"
        super().showsyntaxerror(filename, **options)

    def showtraceback(self) -> None:
        """The shell has failed. It would go on for ever, so the second time in a row is the last."""
        error = sys.exception()
        assert error is not None
        if self._shell_has_failed:
            raise ShellFailure(_described(error))
        self._shell_has_failed = True
        show_failure(error)

    def read(self, more_lines: Callable[[str], bool], ps1: object, ps2: object) -> str:
        """`multiline_input` for prompts that may be objects, as `sys.ps1` is allowed to be."""
        return _wrapper.multiline_input(more_lines, *self._texts(ps1, ps2))

    def interact_plainly(self) -> None:
        """Read and run statements, in lines as the terminal edits them, until the end of input."""
        lines: list[str] = []
        while True:
            ps1, ps2 = self._texts(getattr(sys, "ps1", _PROMPTS[0]), getattr(sys, "ps2", _PROMPTS[1]))
            try:
                _emrun_host.reset()
                streams.show(ps2 if lines else ps1)
                if (line := streams.read_line()) is None:
                    return
                lines.append(line)
                if not is_incomplete("\n".join(lines)):
                    self.push("\n".join(lines))
                    lines = []
            except KeyboardInterrupt:
                streams.show("\nKeyboardInterrupt\n")
                lines = []

    def _texts(self, *prompts: object) -> tuple[str, ...]:
        """The prompts' texts. Those that fail, or are stopped, are given up."""
        if all(type(prompt) is str for prompt in prompts):
            return prompts  # type: ignore[return-value]
        texts: list[str] = []

        def compute() -> bool:
            try:
                self._executor.execute(lambda: texts.extend("".join([str(prompt)]) for prompt in prompts))
            except BaseException as error:
                self._show(error)
                sys.ps1, sys.ps2 = texts[:] = _PROMPTS
            return False

        self._run(compute)
        return tuple(texts)

    def _run(self, function: Callable[[], bool]) -> bool:
        """Call what runs a program's code, while the page knows."""
        _emrun_host.prompting(False)
        _emrun_host.started()
        self._outcome = "done"
        try:
            return function()
        except KeyboardInterrupt:  # nothing of the program ran
            self._outcome = "stopped"
            raise
        finally:
            streams.flush()
            _set_handler(SIGDETACH, _detach)
            _emrun_host.finished(self._outcome, None)
            _emrun_host.prompting(True)

    def _show(self, error: BaseException) -> None:
        self._outcome = "stopped" if isinstance(error, KeyboardInterrupt) else "error"
        show_exception(error)


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
        #: What `TERM` was when the shell's terminal was made.
        self._term = ""
        #: What a program wants to see as the prompts.
        self._prompts: tuple[object, object] = _PROMPTS
        readline.raw_input = builtins.input  # what the shell calls where it cannot run

    def interact(self, namespace: dict[str, Any]) -> bool:
        """Read and run statements in `namespace`.

        :returns: True where the reader ended the session, False where the page asked for the worker.
        """
        _set_handler(SIGDETACH, _detach)
        names = vars(sys)
        names.setdefault("ps1", self._prompts[0])
        names.setdefault("ps2", self._prompts[1])
        self._executor.boundary.input = _wrapper.input
        _emrun_host.prompting(True)
        try:
            self._converse(Console(namespace, self._executor))
        except Detach:
            return False
        except SystemExit as request:
            exit_status(request)
        except BaseException as error:
            show_failure(error)
            return False
        finally:
            _emrun_host.prompting(False)
            self._prompts = names.pop("ps1", _PROMPTS[0]), names.pop("ps2", _PROMPTS[1])
            streams.flush()
        return True

    def _converse(self, console: Console) -> None:
        """As CPython does: in its shell, or plainly where that cannot run."""
        try:
            if not (problem := self._prepare(console)):
                simple_interact.run_multiline_interactive_console(console)
                return
        except ShellFailure as failure:
            problem = str(failure)
        except (Exception, KeyboardInterrupt) as error:
            problem = _described(error)
        streams.show(f"warning: can't use pyrepl: {problem}\n")
        console.interact_plainly()

    def _prepare(self, console: Console) -> str:
        """Make the shell ready for a namespace, and its terminal anew where a program has changed that.

        :returns: why the shell cannot run there.
        """
        term = os.environ.get("TERM", "")
        alive = _isatty(_wrapper.f_in) and _isatty(_wrapper.f_out)
        if not alive:
            _wrapper.f_in, _wrapper.f_out = _dup(0), _dup(1)
        if _wrapper.reader is None or term != self._term or not alive:
            if _wrapper.reader is not None:
                self._history = _wrapper.reader.history
            _wrapper.reader, self._term = None, term
            if problem := simple_interact.check():
                return problem
            for statement in self._history:
                _wrapper.add_history(statement)
            # It appends what is new to its own file.
            _wrapper.set_history_length(_wrapper.get_current_history_length())
            _wrapper.get_reader().commands["show-history"] = ShowHistory
        _wrapper.config.module_completer = readline.ModuleCompleter(console.locals)
        _wrapper.config.readline_completer = readline.RLCompleter(console.locals).complete
        simple_interact.multiline_input = console.read
        return ""


def _described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _detach(_signum: int, _frame: FrameType | None) -> None:
    raise Detach
