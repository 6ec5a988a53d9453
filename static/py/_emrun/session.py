"""One interpreter's session: its namespaces, the programs run in them, and the prompt that follows."""

from __future__ import annotations

import builtins
import contextlib
import io
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NotRequired, TypedDict

import _emrun_host  # type: ignore[import-not-found]

from . import pager, redrawing
from .execution import (
    Executor,
    compile_program,
    exit_status,
    flush,
    future_flags,
    renew_input,
    show_exception,
)
from .prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

MAIN = "__main__"
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


class Session:
    """The programs of one interpreter.

    What runs a program is a generator, so that none of it is on the stack while the program is: as under
    `python FILE`, nothing is below `<module>`. It gives the `id` of what is to be called next, without
    arguments; an exception that comes out of there is to be appended to `raised`.
    """

    def __init__(self, history: list[str]) -> None:
        """:param history: statements typed before, the latest last."""
        pager.install()
        # Threads cannot be started here; tqdm's only watches for bars that stand still.
        warnings.filterwarnings("ignore", "tqdm:disabling monitor support")
        self._executor = Executor()
        self._prompt = Prompt(self._executor, history)
        self._input = builtins.input
        self._modules: dict[str, ModuleType] = {}
        #: How much of its beginning has run in each namespace.
        self._prepared: dict[str, int] = {}
        self.raised: list[BaseException] = []
        self._function: Callable[[], object]

    @property
    def raised_id(self) -> int:
        return id(self.raised)

    def run(self, program: Program, namespace: str, setup: list[Program]) -> Generator[int, None, None]:
        """Run `program` in `namespace`, and tell the page how it ended.

        :param setup: what has not run there yet is run first; it begins with that of each program before.
        """
        _emrun_host.started()
        redrawing.clock.clear()
        # The prompt's `input` edits lines itself; a program's is the built-in one.
        builtins.input = self._input
        renew_input()
        ending = Ending("done")
        name = program.get("module", MAIN)
        beginning = [*_beginning(name), *setup]
        for part in beginning[self._prepared.get(namespace, 0) :]:
            with contextlib.redirect_stdout(io.StringIO()):
                ending = yield from self._run_one(part, self._module(namespace, name))
            if ending.outcome != "done":
                break
            self._prepared[namespace] = self._prepared.get(namespace, 0) + 1
        if ending.outcome == "done":
            ending = yield from self._run_one(program, self._module(namespace, name))
        _emrun_host.finished(*ending)

    def advance(self, steps: Generator[int, None, None]) -> Callable[[], object] | None:
        """Go on with `run` to its next call: the function, None at the end.

        For a worker that calls it by Pyodide, which keeps an exception in `sys.last_exc` (`take_raised`).
        """
        return self._function if next(steps, None) else None

    def take_raised(self) -> None:
        """What `advance` gave raised something."""
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
        module = sys.modules[MAIN] = self._modules[namespace]
        module.__dict__.setdefault("__builtins__", builtins)
        if name == MAIN:
            module.__dict__.setdefault("__name__", MAIN)
        elif name == "" and module.__dict__.get("__name__") == MAIN:
            del module.__dict__["__name__"]
        return module

    def _run_one(self, program: Program, module: ModuleType) -> Generator[int, None, Ending]:
        try:
            if program["kind"] == "module":
                code = compile_program(f"import {program['source']}", program["filename"], "exec")
                yield from self._call(self._executor.prepared(code, {}))
                module.__dict__.update(vars(sys.modules[program["source"]]))
                return Ending("done")
            if program["kind"] == "script":
                future = future_flags(module.__dict__)
                code = compile_program(program["source"], program["filename"], "exec", future)
                yield from self._call(self._executor.prepared(code, module.__dict__))
                return Ending("done")
            return Ending((yield from self._run_examples(program, module)))
        except SystemExit as request:
            status = exit_status(request)
            return Ending("error" if status else "done", status)
        except KeyboardInterrupt as error:
            show_exception(error)
            return Ending("stopped")
        except BaseException as error:
            show_exception(error)
            return Ending("error")
        finally:
            flush()

    def _run_examples(self, program: Program, module: ModuleType) -> Generator[int, None, Outcome]:
        """A transcript's statements, shown as if typed; an exception does not end it, as at a prompt."""
        from .transcript import examples  # late: this brings in a tenth of the standard library

        outcome: Outcome = "done"
        future = self._begin_examples(module.__dict__)
        for number, example in enumerate(examples(program["source"], program["filename"])):
            print(example.typed, end="", flush=True)
            try:
                code = compile_program(example.source, f"<python-input-{number}>", "single", future)
                yield from self._call(self._executor.prepared(code, module.__dict__))
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                show_exception(error)
                if not example.raises:
                    outcome = "error"
            flush()
        return outcome

    @staticmethod
    def _begin_examples(namespace: dict[str, Any]) -> int:
        """Undo what other examples have done to Python's streams and display, as doctest does.

        :returns: the flags to compile the examples with.
        """
        sys.displayhook, sys.stdout = sys.__displayhook__, sys.__stdout__
        return future_flags(namespace)

    def _call(self, function: Callable[[], object]) -> Generator[int, None, None]:
        self._function = function
        yield id(function)
        if self.raised:
            raise self.raised.pop()
