"""Runs programs in the bundle's interpreter under Node, several at a time. Knows no Sphinx.

The interpreter sees the bundle and what it is given, nothing else of this machine: Node may read two folders,
write nothing and start no program, it gets no environment, and Python's thread loses the network.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_emrun import resources
from sphinx_emrun.bundle.cache import file_digest, key
from sphinx_emrun.bundle.errors import InterpreterError, with_detail
from sphinx_emrun.bundle.interpreter import confined_environment, confined_node
from sphinx_emrun.checking.outcome import Outcome
from sphinx_emrun.checking.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Program = dict[str, Any]

MEMORY = 2**30
"""How much memory, in bytes, an interpreter may have."""
MOST_PROCESSES = 8


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
    """One process of ``checker.mjs``."""

    def __init__(self, settings: Interpreters) -> None:
        self._process = subprocess.Popen(
            [*confined_node("checker.mjs", settings.bundle), str(settings.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=confined_environment(),
            encoding="utf-8",
        )

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._process.communicate()

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def run(self, programs: Sequence[Program]) -> list[Outcome]:
        """Run the programs of one session."""
        outcomes, trusted = self._attempt(programs)
        # What an earlier session left behind is not this one's fault: the second try is in a new interpreter.
        return outcomes if trusted else self._attempt(programs)[0]

    def _attempt(self, programs: Sequence[Program]) -> tuple[list[Outcome], bool]:
        """The outcomes, and whether they are beyond doubt."""
        assert self._process.stdin is not None
        outcomes: list[Outcome] = []
        trusted = True
        try:
            self._process.stdin.write(json.dumps(list(programs)) + "\n")
            self._process.stdin.flush()
            while (report := self._report())["type"] != "finished":
                trusted = trusted and not report.get("reused", False)
                outcomes.append(_outcome(report))
        except OSError:
            raise self._gone() from None
        missing = len(programs) - len(outcomes)
        return outcomes + [Outcome(lost="earlier")] * missing, trusted

    def _report(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._gone()
        report: dict[str, Any] = json.loads(line)
        if report["type"] == "failed":
            raise InterpreterError(f"Python could not be started: {report['reason']}")
        return report

    def _gone(self) -> InterpreterError:
        said = self._process.communicate()[1]
        sentence = f"Node ended while it ran the examples (exit status {self._process.returncode}):"
        return InterpreterError(with_detail(sentence, said))


def _outcome(report: dict[str, Any]) -> Outcome:
    match report["type"]:
        case "ended":
            return Outcome.from_json({**report["result"], "late": report["late"]})
        case "killed":
            return Outcome(lost=report["reason"])
        case _:
            ended = [{"output": report["output"], "run": True, "raised": None, "status": None}]
            return Outcome.from_json({"ended": ended, "lost": "crash", "reason": report["reason"]})
