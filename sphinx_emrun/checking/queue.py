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
    """Numbered sessions. Those that sleep come first: others run meanwhile, and none sleeps at the end."""

    def __init__(self, sessions: Sequence[Session], clock: Callable[[], float] = time.monotonic) -> None:
        self._sessions = sessions
        sleeping = {number for number, session in enumerate(sessions) if _sleeps(session)}
        self._sleeping = len(sleeping)
        self._order = sorted(range(len(sessions)), key=lambda number: number not in sleeping)
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

        It does where more sessions sleep than there are processes. Else looks for a while what is run
        meanwhile; then it pays where what is left takes longer than a start.
        """
        if self._sleeping > processes:
            return not self._over.is_set()
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
                turn = self._taken
                self._taken += turn < len(self._order)
            if turn == len(self._order):
                self._over.set()
                return
            number = self._order[turn]
            yield number, self._sessions[number]


def _sleeps(session: Session) -> bool:
    return any("sleep" in program["source"] for program in session)
