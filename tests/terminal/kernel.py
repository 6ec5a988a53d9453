"""Runs cases on CPython in a terminal of the kernel's."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

from case import ENVIRONMENT, PATIENCE, Case, Key, Shown
from equipment import Equipment

#: Not in Python's termios: the terminal knows of UTF-8, as every emulator sets it.
IUTF8 = 0o40000
#: How often a program is looked at that is about to read, in seconds.
LOOK = 0.001


def _at_a_terminal() -> None:
    """In the new process: the terminal is its own, and no signal is ignored, as behind a shell's `&`."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for signum in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(signum, signal.SIG_DFL)


class CPython:
    """A new process for each case, with a terminal of its own."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment

    def run(self, case: Case, file: Path) -> Shown:
        """``python FILE``, as a shell would run it; with ``-i`` where a prompt is to follow."""
        file.write_text(case.source, encoding="utf-8")
        options = ["-i"] if case.prompt else []
        return _Run(case, [self._equipment.python(case), *options, file], cwd=file.parent).finish()

    def close(self) -> None:
        """Nothing lasts."""


class _Run:
    def __init__(self, case: Case, command: list[str | Path], cwd: Path) -> None:
        self._keys = case.keys
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self._resize(case.columns, case.rows)
        attributes = termios.tcgetattr(slave)
        attributes[0] |= IUTF8
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            # As every UTF-8 locale has it but C.UTF-8, the only one that each machine knows.
            env=ENVIRONMENT | {"PYTHONIOENCODING": "utf-8:strict", "HOME": str(cwd)},
            start_new_session=True,
            preexec_fn=_at_a_terminal,
        )
        os.close(slave)
        self._output = b""
        self._open = True
        self._seen = 0

    def finish(self) -> Shown:
        try:
            for key in self._keys:
                self._press(key)
            self._until(lambda: not self._open, "the end")
            status = self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._master)
        return Shown(output=self._output, ending={0: "done", -2: "stopped"}.get(status, "error"))

    def _press(self, key: Key) -> None:
        mark = key.shows.encode()
        self._until(lambda: mark in self._output[self._seen :], repr(key.shows))
        self._seen = self._output.index(mark, self._seen) + len(mark)
        if not key.busy:
            self._until(self._sleeps, "a read")
        if key.resize:
            self._resize(*key.resize)
        rest = key.data
        while rest:
            _, writable, _ = select.select([self._master], [self._master], [], PATIENCE)
            if writable:
                rest = rest[self._write(rest) :]
            self._take()

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"{what} did not come; CPython showed {self._output[-500:]!r}"
            assert self._open, f"CPython ended before {what}, with {self._output[-500:]!r}"
            select.select([self._master], [], [], LOOK)
            self._take()

    def _sleeps(self) -> bool:
        """Whether the process is in a system call that waits."""
        status = Path(f"/proc/{self._process.pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] == "S"

    def _take(self) -> None:
        try:
            while data := os.read(self._master, 65536):
                self._output += data
        except BlockingIOError:
            return
        except OSError:  # EIO: nobody has the terminal open any more
            self._open = False

    def _write(self, data: bytes) -> int:
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0

    def _resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
