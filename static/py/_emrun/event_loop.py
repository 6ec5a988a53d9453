"""asyncio's own event loop of Unix, with a pipe where it wants a pair of sockets.

In a browser's worker asyncio normally rides on JavaScript's event loop, where `asyncio.run` needs stack
switching and no signal arrives. Here the program owns its thread, as on a desktop, so the loop may sleep in
poll(2): it watches the terminal (`add_reader`), and signals wake it (`add_signal_handler`).
"""

from __future__ import annotations

import os
from asyncio import events, selector_events
from typing import Any


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
