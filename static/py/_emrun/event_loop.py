"""asyncio's own event loop of Unix, with a pipe where it wants a pair of sockets.

In a browser's worker asyncio normally rides on JavaScript's event loop, where `asyncio.run` needs stack
switching and no signal arrives. Here the program owns its thread, as on a desktop, so the loop may sleep in
poll(2): it watches the terminal (`add_reader`), and signals wake it (`add_signal_handler`).
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import os
from asyncio import events, selector_events, tasks
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import TracebackType

#: asyncio's.
FOLDER = os.path.dirname(asyncio.__file__)


class _PipeEnd:
    """An end of a pipe, as far as asyncio uses it as a socket."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        os.set_blocking(fd, False)

    def fileno(self) -> int:
        return self._fd

    def recv(self, size: int) -> bytes:
        return os.read(self._fd, size)

    def send(self, data: bytes) -> int:
        return os.write(self._fd, data)

    def close(self) -> None:
        os.close(self._fd)


def _make_self_pipe(loop: Any) -> None:
    """`BaseSelectorEventLoop._make_self_pipe`; there is no `socket.socketpair` here."""
    loop._ssock, loop._csock = map(_PipeEnd, os.pipe())
    loop._internal_fds += 1
    loop._add_reader(loop._ssock.fileno(), loop._read_from_self)


def install() -> None:
    """Make the loop what `asyncio` uses, instead of the browser's."""
    selector_events.BaseSelectorEventLoop._make_self_pipe = _make_self_pipe  # type: ignore[attr-defined]
    events._set_event_loop_policy(None)  # type: ignore[attr-defined]


class SessionLoop:
    """The event loop of top-level `await`. It lasts: a task goes on whenever something is awaited."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.copy_context()
        self._adopt_tasks()

    def run(self, program: Coroutine[Any, Any, object]) -> object:
        """Run `program` to its end. A stop cancels it, and is all that it raises then, where it was."""
        loop = self._current()
        task = loop.create_task(program, context=self._context)
        try:
            return loop.run_until_complete(task)
        except KeyboardInterrupt as stop:
            if task.done():
                raise
            task.cancel()
            try:
                return loop.run_until_complete(task)
            except asyncio.CancelledError as cancelled:
                raise stop.with_traceback(_without_end(cancelled.__traceback__)) from None

    def _current(self) -> asyncio.AbstractEventLoop:
        """The loop, or another where a program has closed it."""
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop

    def _adopt_tasks(self) -> None:
        """Have `asyncio.create_task` make a task of this loop where none runs, as in `python -m asyncio`."""
        original = tasks.create_task

        @functools.wraps(original)
        def create_task(coro: Any, **options: Any) -> asyncio.Task[Any]:
            if events._get_running_loop() is None and asyncio.iscoroutine(coro):
                return self._current().create_task(coro, **options)
            return original(coro, **options)

        asyncio.create_task = tasks.create_task = create_task


def _without_end(traceback: TracebackType | None) -> TracebackType | None:
    """Without the frames of asyncio's in which it waits."""
    last, entry = None, traceback
    while entry is not None:
        if os.path.dirname(entry.tb_frame.f_code.co_filename) != FOLDER:
            last = entry
        entry = entry.tb_next
    if last is not None:
        last.tb_next = None
    return traceback
