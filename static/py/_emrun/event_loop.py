"""An asyncio event loop for a thread that may block.

In a browser's worker asyncio normally rides on JavaScript's event loop, where `asyncio.run` needs stack
switching and no signal arrives. Here the program owns its thread, as on a desktop, so the loop simply sleeps
until its next timer.
"""

from __future__ import annotations

import asyncio
import time
from asyncio import base_events, events
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The longest single sleep, in seconds: how soon callbacks that a signal handler adds are seen.
_SLICE = 0.1


class _Timer:
    """Takes a selector's place: there are no file descriptors to watch."""

    def __init__(self, loop: BlockingLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> Sequence[Any]:
        """Wait `timeout` seconds (None: until there is something to do)."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._loop._ready:
            left = _SLICE if end is None else end - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(left, _SLICE))
        return ()

    def close(self) -> None:
        """Nothing is open."""


class BlockingLoop(base_events.BaseEventLoop):
    """asyncio's base loop with a timer for a selector."""

    _ready: Any

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Timer(self)

    def _process_events(self, event_list: Sequence[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


class _Policy(events._BaseDefaultEventLoopPolicy):  # type: ignore[name-defined]
    _loop_factory = BlockingLoop


def install() -> None:
    """Make `BlockingLoop` what `asyncio.run` and `asyncio.new_event_loop` use."""
    events._set_event_loop_policy(_Policy())  # type: ignore[attr-defined]


def make_runner() -> asyncio.Runner:
    """A runner that lasts: what top-level `await` runs in."""
    return asyncio.Runner(loop_factory=BlockingLoop)
