"""Runs programs in the bundle's interpreter under Node, several at a time. Knows no Sphinx.

The interpreter sees the bundle and what it is given, nothing else of this machine: see `bundle/confined.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_emrun import resources
from sphinx_emrun.bundle import confined
from sphinx_emrun.bundle.cache import file_digest, key
from sphinx_emrun.bundle.errors import InterpreterError, with_detail
from sphinx_emrun.checking.outcome import Outcome
from sphinx_emrun.checking.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Program = dict[str, Any]

MEMORY = 2**30
"""How much memory, in bytes, an interpreter may have."""
MOST_PROCESSES = 8
START_SECONDS = 180.0
SPARE_SECONDS = 15.0
"""How much more time than its programs a process has: for a new interpreter, and for each program's end."""
END_SECONDS = 5.0
KILLED = -9
"""The exit status of what SIGKILL ended: on Linux, the system itself where memory is short."""
LONGEST_REPORT = 32 * 2**20
"""In characters: ``static/node/reports.mjs`` lets through what is much shorter."""


@dataclass(frozen=True, kw_only=True)
class Interpreters:
    """How programs are run."""

    bundle: Path
    memory: int = MEMORY
    processes: int = 0
    """At most so many at a time; 0: as many as this machine can run at once."""

    def run(self, sessions: Sequence[Sequence[Program]], done: Callable[[int, list[Outcome]], None]) -> None:
        """Run sessions, each in an interpreter as if just started.

        :param done: called with a session's number and the outcomes of its programs as each has been run.
        :raises InterpreterError: when no interpreter can be started.
        """
        queue = Queue(sessions)
        workers: list[_Worker] = []

        def work(number: int) -> None:
            if number and not queue.worth(number):
                return
            with _Worker(self) as worker:
                workers.append(worker)
                for session, programs in queue:
                    done(session, worker.run(programs))
                    queue.began()

        count = min(self.processes or os.cpu_count() or 1, len(sessions), MOST_PROCESSES)
        with ThreadPoolExecutor(max_workers=max(count, 1)) as pool:
            jobs = [pool.submit(work, number) for number in range(count)]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                queue.end()
                for worker in workers:
                    worker.kill()
                raise

    def key(self) -> str:
        """A name for what else an outcome depends on than the programs."""
        folder = resources.static_dir()
        scripts = sorted([*folder.rglob("*.js"), *folder.glob("node/*.mjs")])
        files = [*scripts, folder / "py" / "_emrun_check.py"]
        return key(self.bundle.name, self.memory, [file_digest(file) for file in files])


class _Worker:
    """One process of ``checker.mjs`` after the other: what ends one ends no other session."""

    def __init__(self, settings: Interpreters) -> None:
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None
        self._files = contextlib.ExitStack()
        #: No process is to be started any more.
        self._over = threading.Event()

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._end()

    def kill(self) -> None:
        """End it at once."""
        self._over.set()
        self._kill()

    def run(self, programs: Sequence[Program]) -> list[Outcome]:
        """Run the programs of one session."""
        outcomes = [Outcome(lost="earlier")] * len(programs)
        waiting = list(range(len(programs)))
        while waiting:
            session = [programs[number] for number in waiting]
            found, trusted = self._attempt(session)
            if not trusted:
                # What an earlier session left behind is not this one's fault. Now it is a new interpreter.
                found, _ = self._attempt(session)
            for number, outcome in zip(waiting, found, strict=False):
                outcomes[number] = outcome
            # The interpreter ended, and with it the namespaces that had begun. Others begin in a new one.
            begun = {programs[number]["namespace"] for number in waiting[: len(found)]}
            waiting = [n for n in waiting[len(found) :] if programs[n]["namespace"] not in begun]
        return outcomes

    def _attempt(self, programs: Sequence[Program]) -> tuple[list[Outcome], bool]:
        """The outcomes, as far as the programs have been run, and whether they are beyond doubt."""
        outcomes: list[Outcome] = []
        trusted = True
        fresh = self._process is None
        if fresh:
            self._start()
        # The process keeps to each program's limit itself; this one is for the process.
        with self._limit(
            SPARE_SECONDS + sum(program["seconds"] + SPARE_SECONDS for program in programs)
        ) as late:
            try:
                self._say(json.dumps(list(programs)))
                while (report := self._report()) and report["type"] != "finished":
                    trusted = trusted and not report.get("reused", False)
                    outcomes.append(_outcome(report))
            except (OSError, ValueError):  # it is gone, or says what it never says
                report = None
        if report is None:
            outcomes.append(self._lost(late.is_set()))
            # Perhaps the program is not the reason: V8 may abort as it frees an earlier interpreter's code.
            trusted = trusted and (fresh or outcomes[-1].lost != "crash")
        return outcomes, trusted

    def _start(self) -> None:
        self._end()
        if self._over.is_set():
            raise InterpreterError("The examples are not run to their end.")
        errors = self._files.enter_context(tempfile.TemporaryFile("w+"))  # noqa: SIM115
        self._process = subprocess.Popen(
            [*confined.command("checker.mjs", self._settings.bundle), str(self._settings.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=confined.environment(),
            encoding="utf-8",
            errors="replace",
        )
        if self._over.is_set():  # meanwhile
            self._kill()
        with self._limit(START_SECONDS):
            try:
                report = self._report()
            except (OSError, ValueError):
                report = None
        if report is None:
            status = self._process.wait()
            errors.seek(0)
            sentence = f"Node ended before it ran the examples (exit status {status}):"
            raise InterpreterError(with_detail(sentence, errors.read()))

    def _end(self) -> None:
        """Let go of the process, which has ended or is about to."""
        if self._process is not None:
            self._process.communicate()
            self._process = None
        self._files.close()

    def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.kill()

    @contextlib.contextmanager
    def _limit(self, seconds: float) -> Iterator[threading.Event]:
        """Kill the process where it takes longer; the event says so."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self._kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()

    def _say(self, line: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _report(self) -> dict[str, Any] | None:
        """What the process says next; None: it has ended.

        :raises ValueError: for what is no report.
        :raises InterpreterError: where no interpreter can be started.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline(LONGEST_REPORT)
        if not line:
            return None
        report: dict[str, Any] = json.loads(line)
        if report["type"] == "failed":
            raise InterpreterError(f"Python could not be started: {report['reason']}")
        return report

    def _lost(self, late: bool) -> Outcome:
        """What came of the program during which the process ended, or had to be."""
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        self._kill()
        status = self._process.wait()
        self._end()
        if self._over.is_set():
            raise InterpreterError("The examples are not run to their end.")
        if late:
            return Outcome(lost="time")
        if status == KILLED:
            return Outcome(lost="system")
        return Outcome(lost="crash", reason=f"Node ended while it ran this (exit status {status})")


def _outcome(report: dict[str, Any]) -> Outcome:
    match report["type"]:
        case "ended":
            return Outcome.from_json({**report["result"], "late": report["late"]})
        case "killed":
            return Outcome(lost=report["reason"])
        case _:
            ended = [{"output": report["output"], "run": True, "raised": None, "status": None}]
            return Outcome.from_json({"ended": ended, "lost": "crash", "reason": report["reason"]})
