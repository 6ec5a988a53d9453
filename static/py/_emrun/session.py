"""One interpreter's session: its namespaces, the programs run in them, and the prompt that follows."""

from __future__ import annotations

import builtins
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict

import _emrun_host  # type: ignore[import-not-found]

from . import pager, redrawing, sources, streams
from .execution import Executor, compile_program, exit_status, show_exception
from .prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

#: Imports know no other, whatever a program puts in its place.
_imported = sys.modules
Outcome = Literal["done", "error", "stopped"]


class Program(TypedDict):
    """What a block asks to be run (protocol.js)."""

    kind: Literal["script", "transcript", "repl"]
    source: str
    filename: str


class Ending(NamedTuple):
    """How a program ended; `status` is its exit status where it asked for one."""

    outcome: Outcome
    status: int | None = None


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
        self.raised: list[BaseException] = []
        self.raised_id = id(self.raised)
        self.function: Callable[[], object]
        #: For the worker, where a tool that monitors raises in whatever the session does.
        self.set_events = sys.monitoring.set_events  # type: ignore[attr-defined]

    def run(self, program: Program, namespace: str, setup: list[Program]) -> Generator[int, None, None]:
        """Run `program` in `namespace`, after `setup` where that is new, and tell the page how it ended."""
        _emrun_host.started()
        redrawing.clock.clear()
        # The prompt's `input` edits lines itself; a program's is the built-in one.
        self._executor.boundary.input = builtins.input
        streams.renew_input()
        ending = Ending("done")
        if namespace not in self._modules:
            _emrun_host.mute(True)
            for part in setup:
                ending = yield from self._run_one(part, self._module(namespace))
                if ending.outcome != "done":
                    break
            _emrun_host.mute(False)
        if ending.outcome == "done":
            ending = yield from self._run_one(program, self._module(namespace))
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
        return exited

    def forget(self, namespace: str) -> None:
        """Drop a namespace: the next program in it starts afresh."""
        self._modules.pop(namespace, None)

    def _module(self, namespace: str) -> ModuleType:
        module = self._modules.setdefault(namespace, ModuleType("__main__"))
        module.__dict__.setdefault("__builtins__", builtins)
        _imported["__main__"] = module
        return module

    def _run_one(self, program: Program, module: ModuleType) -> Generator[int, None, Ending]:
        if program["kind"] == "transcript":
            return (yield from self._run_examples(program, module))
        name = module.__dict__["__file__"] = sources.named(program["filename"], program["source"])
        error = yield from self._execute(program["source"], name, "exec", module.__dict__)
        return self._shown(error)

    def _run_examples(self, program: Program, module: ModuleType) -> Generator[int, None, Ending]:
        """A transcript's statements, shown as if typed; an exception does not end it, as at a prompt."""
        from .transcript import examples  # late: this brings in a tenth of the standard library

        outcome: Outcome = "done"
        try:
            parsed = [*examples(program["source"], program["filename"])]
        except SyntaxError as failure:
            return self._shown(failure)
        for example in parsed:
            streams.show(example.typed)
            name = sources.statement(example.source)
            error = yield from self._execute(example.source, name, "single", module.__dict__)
            ending = self._shown(error)
            if isinstance(error, (SystemExit, KeyboardInterrupt)):
                return ending
            if error is not None and not example.raises:
                outcome = "error"
        return Ending(outcome)

    def _execute(
        self, source: str, filename: str, mode: str, namespace: dict[str, Any]
    ) -> Generator[int, None, BaseException | None]:
        """Compile and run code.

        :returns: the exception that reaches the top, if one does.
        """
        try:
            code = compile_program(source, filename, mode)
            self.function = self._executor.prepared(code, namespace)
        except BaseException as error:
            return error
        address = id(self.function)
        self._executor.boundary.leave()
        yield address
        return self.raised.pop() if self.raised else None

    @staticmethod
    def _shown(error: BaseException | None) -> Ending:
        """How a program has ended, by the exception that has reached the top: that is shown."""
        ending = Ending("done")
        if isinstance(error, SystemExit):
            status = exit_status(error)
            ending = Ending("error" if status else "done", status)
        elif error is not None:
            show_exception(error)
            ending = Ending("stopped" if isinstance(error, KeyboardInterrupt) else "error")
        streams.flush()
        return ending
