"""One interpreter's session: its namespaces, the programs run in them, and the prompt that follows."""

from __future__ import annotations

import builtins
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NotRequired, TypedDict

import _emrun_host  # type: ignore[import-not-found]

from . import pager, redrawing, sources, streams
from .execution import Executor, compile_program, exit_status, future_flags, show_exception
from .prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

MAIN = "__main__"
#: Imports know no other, whatever a program puts in its place.
_imported = sys.modules
Outcome = Literal["done", "error", "stopped"]


class Program(TypedDict):
    """What a block asks to be run (protocol.js). Of the kind "module", the source is a module's name."""

    kind: Literal["script", "transcript", "repl", "module"]
    source: str
    filename: str
    module: NotRequired[str]


class Ending(NamedTuple):
    """How a program ended; `status` is its exit status where it asked for one."""

    outcome: Outcome
    status: int | None = None


def _beginning(module: str) -> list[Program]:
    """What a namespace begins with that is called `module`."""
    if module in ("", MAIN):
        return []
    return [{"kind": "module", "source": module, "filename": "<import>"}]


def ends_transcript(error: BaseException | None, *, expected: bool) -> bool:
    """Whether no example of a transcript runs after one that has raised `error`."""
    return isinstance(error, KeyboardInterrupt) or (isinstance(error, SystemExit) and not expected)


class Session:
    """The programs of one interpreter.

    What runs a program is a generator, so that none of it is on the stack while the program is: as under
    `python FILE`, nothing is below `<module>`. `advance` gives the `id` of what is to be called next, without
    arguments (`function`); an exception that comes out of there is to be appended to `raised`. None is raised
    within the generator, which would make another of a StopIteration (PEP 479).
    """

    def __init__(self, history: list[str]) -> None:
        """:param history: statements typed before, the latest last."""
        pager.install()
        # Threads cannot be started here; tqdm's only watches for bars that stand still.
        warnings.filterwarnings("ignore", "tqdm:disabling monitor support")
        self._executor = Executor()
        self._prompt = Prompt(self._executor, history)
        self._modules: dict[str, ModuleType] = {}
        #: How much of its beginning has run in each namespace.
        self._prepared: dict[str, int] = {}
        self.raised: list[BaseException] = []
        self.raised_id = id(self.raised)
        self.function: Callable[[], object]
        #: For the worker, where a tool that monitors raises in whatever the session does.
        self.set_events = sys.monitoring.set_events  # type: ignore[attr-defined]

    def run(self, program: Program, namespace: str, setup: list[Program]) -> Generator[int, None, None]:
        """Run `program` in `namespace`, and tell the page how it ended.

        :param setup: what has not run there yet is run first; it begins with that of each program before.
        """
        _emrun_host.started()
        redrawing.clock.clear()
        # The prompt's `input` edits lines itself; a program's is the built-in one.
        self._executor.boundary.input = builtins.input
        streams.renew_input()
        ending = Ending("done")
        name = program.get("module", MAIN)
        beginning = [*_beginning(name), *setup][self._prepared.get(namespace, 0) :]
        _emrun_host.mute(bool(beginning))
        for part in beginning:
            ending = yield from self._run_one(part, self._module(namespace, name))
            if ending.outcome != "done":
                break
            self._prepared[namespace] = self._prepared.get(namespace, 0) + 1
        _emrun_host.mute(False)
        if ending.outcome == "done":
            ending = yield from self._run_one(program, self._module(namespace, name))
        _emrun_host.finished(*ending)

    def advance(self, steps: Generator[int, None, None]) -> int:
        """Go on with `run` to its next call.

        :returns: the function's `id`, 0 at the end.
        """
        try:
            self._executor.boundary.enter()
            return next(steps, 0)
        except BaseException as error:  # a stop, while nothing of the program ran
            self._executor.boundary.enter()
            _emrun_host.mute(False)
            _emrun_host.finished(*self._shown(error))
            return 0

    def take_raised(self) -> None:
        """What was called raised something, by Pyodide's way to call, which keeps it in `sys.last_exc`."""
        self.raised.append(sys.last_exc)  # type: ignore[attr-defined]

    def interact(self, namespace: str) -> bool:
        """The prompt, until the page wants something else.

        :returns: did the reader end the session?
        """
        exited = self._prompt.interact(self._module(namespace).__dict__)
        if exited:
            self._modules.clear()
            self._prepared.clear()
        return exited

    def forget(self, namespace: str) -> None:
        """Drop a namespace: the next program in it starts afresh."""
        self._modules.pop(namespace, None)
        self._prepared.pop(namespace, None)

    def _module(self, namespace: str, name: str | None = None) -> ModuleType:
        """:param name: what the namespace is to be called; empty: it has no name, None: as before."""
        if namespace not in self._modules:
            self._modules[namespace] = ModuleType(MAIN)
            # The value that an example of another namespace has shown last.
            vars(builtins).pop("_", None)
        module = _imported[MAIN] = self._modules[namespace]
        module.__dict__.setdefault("__builtins__", builtins)
        if name == MAIN:
            module.__dict__.setdefault("__name__", MAIN)
        elif name == "" and module.__dict__.get("__name__") == MAIN:
            del module.__dict__["__name__"]
        return module

    def _run_one(self, program: Program, module: ModuleType) -> Generator[int, None, Ending]:
        if program["kind"] == "transcript":
            return (yield from self._run_examples(program, module))
        if program["kind"] == "module":
            error = yield from self._copy(program["source"], module.__dict__)
        else:
            error = yield from self._run_script(program["source"], program["filename"], module.__dict__)
        return self._shown(error)

    def _copy(self, module: str, namespace: dict[str, Any]) -> Generator[int, None, BaseException | None]:
        """Import a module and copy its globals, as doctest does for the examples of a docstring."""
        source = f"import {module}"
        error = yield from self._execute(source, sources.named("<import>", source), "exec", {})
        if error is None:
            namespace.update(vars(_imported[module]))
        return error

    def _run_script(
        self, source: str, filename: str, namespace: dict[str, Any]
    ) -> Generator[int, None, BaseException | None]:
        name = sources.named(filename, source)
        if namespace.get("__name__") == MAIN:
            namespace["__file__"] = name
        return (yield from self._execute(source, name, "exec", namespace, future_flags(namespace)))

    def _run_examples(self, program: Program, module: ModuleType) -> Generator[int, None, Ending]:
        """A transcript's statements, shown as if typed; an exception does not end it, as at a prompt."""
        from .transcript import examples  # late: this brings in a tenth of the standard library

        outcome: Outcome = "done"
        try:
            parsed = [*examples(program["source"], program["filename"])]
        except SyntaxError as failure:
            return self._shown(failure)
        future = self._begin_examples(module.__dict__)
        for example in parsed:
            streams.show(example.typed)
            name = sources.statement(example.source)
            error = yield from self._execute(
                example.source, name, "single", module.__dict__, future, awaits=example.awaits
            )
            ending = self._shown(error, expected=example.raises)
            if ends_transcript(error, expected=example.raises):
                return ending
            if error is not None and not example.raises:
                outcome = "error"
        return Ending(outcome)

    @staticmethod
    def _begin_examples(namespace: dict[str, Any]) -> int:
        """Undo what other examples have done to Python's output and display, as doctest does.

        :returns: the flags to compile the examples with.
        """
        sys.displayhook, sys.stdout = sys.__displayhook__, sys.__stdout__
        return future_flags(namespace)

    def _execute(
        self,
        source: str,
        filename: str,
        mode: str,
        namespace: dict[str, Any],
        future: int = 0,
        *,
        awaits: bool = True,
    ) -> Generator[int, None, BaseException | None]:
        """Compile and run code.

        :param future: see `future_flags`.
        :returns: the exception that reaches the top, if one does.
        """
        try:
            code = compile_program(source, filename, mode, future, awaits=awaits)
            self.function = self._executor.prepared(code, namespace)
        except BaseException as error:
            return error
        address = id(self.function)
        self._executor.boundary.leave()
        yield address
        return self.raised.pop() if self.raised else None

    @staticmethod
    def _shown(error: BaseException | None, *, expected: bool = False) -> Ending:
        """How a program has ended, by the exception that has reached the top: that is shown.

        :param expected: the page shows it, with its traceback.
        """
        ending = Ending("done")
        if isinstance(error, SystemExit) and not expected:
            status = exit_status(error)
            ending = Ending("error" if status else "done", status)
        elif error is not None:
            show_exception(error)
            ending = Ending("stopped" if isinstance(error, KeyboardInterrupt) else "error")
        streams.flush()
        return ending
