"""Sessions that several processes take one after the other, and how many processes they are worth."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Session = Sequence[dict[str, Any]]


#: Of the time that a start takes, how long is looked on before another process is started.
PART = 0.25


class Queue:
    """Numbered sessions."""

    def __init__(self, sessions: Sequence[Session], clock: Callable[[], float] = time.monotonic) -> None:
        self._sessions = sessions
        self._clock = clock
        self._taken = 0
        self._lock = threading.Lock()
        self._created = clock()
        #: When the first session had been run.
        self._began_at = 0.0
        self._began = threading.Event()
        #: None is to be taken any more.
        self._over = threading.Event()

    def began(self) -> None:
        """Note that a session has been run."""
        if not self._began.is_set():
            self._began_at = self._clock()
            self._began.set()

    def worth(self, processes: int) -> bool:
        """Whether another process pays beside so many, which run or wait for this, too.

        Looks for a while what is run meanwhile; then it pays where what is left takes longer than a start.
        """
        self._began.wait()
        start = self._began_at - self._created
        if self._over.wait(processes * start * PART):
            return False
        with self._lock:
            taken = self._taken
        # The first is what the time is counted from.
        each = (self._clock() - self._began_at) / max(taken - 1, 1)
        return (len(self._sessions) - taken) * each > start

    def end(self) -> None:
        """Nothing more is to be taken."""
        self._over.set()
        self._began.set()

    def __iter__(self) -> Iterator[tuple[int, Session]]:
        while not self._over.is_set():
            with self._lock:
                number = self._taken
                self._taken += number < len(self._sessions)
            if number == len(self._sessions):
                self._over.set()
                return
            yield number, self._sessions[number]
