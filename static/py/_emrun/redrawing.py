"""Threads that only redraw what is on the screen, as rich's live displays have them, without a thread.

Nothing can run beside the program here, but a signal can interrupt it: the page's clock raises one, and its
handler does what the thread would do each time it wakes. Where there is no clock, as while a site is built,
nothing is redrawn in between; what a display shows last is the same.
"""

from __future__ import annotations

import signal
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

import _emrun_host  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable


class _Clock:
    """Calls what wants to be called now and then."""

    def __init__(self) -> None:
        #: What is called: how often, in seconds, and when next.
        self._calls: dict[Callable[[], None], tuple[float, float]] = {}

    def add(self, call: Callable[[], None], seconds: float) -> None:
        self._calls[call] = seconds, time.monotonic() + seconds
        self._set()

    def discard(self, call: Callable[[], None]) -> None:
        self._calls.pop(call, None)
        self._set()

    def clear(self) -> None:
        """The program is over, and so are its threads."""
        if self._calls:
            self._calls.clear()
            self._set()

    def _set(self) -> None:
        if (tick_every := getattr(_emrun_host, "tickEvery", None)) is None:
            return
        if self._calls:
            signal.signal(signal.SIGVTALRM, self._tick)
        tick_every(1000 * min((seconds for seconds, _ in self._calls.values()), default=0))

    def _tick(self, *_: object) -> None:
        now = time.monotonic()
        for call, (seconds, due) in [*self._calls.items()]:
            if due > now:
                continue
            self._calls[call] = seconds, now + seconds
            try:
                call()
            except Exception:
                # What a thread dies of is printed, and does not reach the program.
                self.discard(call)
                traceback.print_exc()


clock = _Clock()


class _RefreshThread:
    """What `rich.live._RefreshThread` becomes: it draws, unless the program is about to draw or to print."""

    def start(self: Any) -> None:
        clock.add(self._tick, 1 / self.refresh_per_second)

    def _tick(self: Any) -> None:
        console = self.live.console
        if self.done.is_set():
            clock.discard(self._tick)
            return
        drawing = self.live._lock._is_owned() or console._lock._is_owned()
        # What is not written yet counts on where the screen is.
        if not (drawing or console._buffer_index or console._buffer):
            self.live.refresh()


class _TrackThread:
    """What `rich.progress._TrackThread` becomes: it tells the bar how far the program has come."""

    def start(self: Any) -> None:
        clock.add(self._tick, self.update_period)

    def _tick(self: Any) -> None:
        if not self.progress._lock._is_owned():
            self.progress.update(self.task_id, completed=self.completed)

    def join(self: Any) -> None:
        clock.discard(self._tick)
        self.progress.update(self.task_id, completed=self.completed, refresh=True)


_REDRAWING: dict[str, type] = {
    "rich.live._RefreshThread": _RefreshThread,
    "rich.progress._TrackThread": _TrackThread,
}


def _defined(cls: type[threading.Thread], /, **keywords: Any) -> None:
    """A class of threads is: one of those above gets the methods that need none."""
    super(threading.Thread, cls).__init_subclass__(**keywords)
    if replaced := _REDRAWING.get(f"{cls.__module__}.{cls.__qualname__}"):
        for name, method in vars(replaced).items():
            if callable(method):
                setattr(cls, name, method)


def install() -> None:
    """Before any of the libraries is imported."""
    threading.Thread.__init_subclass__ = classmethod(_defined)  # type: ignore[assignment]
