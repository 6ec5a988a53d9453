"""How many processes the sessions of a site are worth."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from sphinx_emrun.checking.queue import Queue


@dataclass
class Clock:
    """A clock that is put on by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("sessions", "each", "worth"),
    [(2, 0.9, False), (25, 0.05, False), (500, 0.05, True), (3, 5.0, True)],
    ids=["one is left", "nearly done", "much is left", "long ones"],
)
def test_another_process_pays_where_more_is_left_than_its_start_takes(
    sessions: int, each: float, worth: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    queue = Queue([[]] * sessions, clock)
    taken = iter(queue)
    next(taken)
    clock.now = 1.0
    queue.began()

    def others_run(_: object, seconds: float) -> bool:
        end = clock.now + seconds
        while clock.now < end:
            if next(taken, None) is None:
                return True
            clock.now += each
        return False

    monkeypatch.setattr(threading.Event, "wait", lambda event, seconds=0.0: others_run(event, seconds))
    assert queue.worth(1) is worth


def test_each_session_is_taken_once_and_then_it_is_over() -> None:
    sessions = [[{"source": str(number)}] for number in range(3)]
    queue = Queue(sessions)
    assert list(queue) == list(enumerate(sessions))
    assert list(queue) == []


def test_sessions_that_sleep_come_first_each_in_a_process_of_its_own() -> None:
    quick, slow = [{"source": "print()"}], [{"source": "import time"}, {"source": "time.sleep(1)"}]
    queue = Queue([quick, slow, quick, slow])
    assert queue.worth(1)
    assert list(queue) == [(1, slow), (3, slow), (0, quick), (2, quick)]
    assert not queue.worth(1)


def test_at_its_end_nothing_is_taken_and_nobody_waits() -> None:
    queue = Queue([[], []])
    queue.end()
    assert list(queue) == []
    assert not queue.worth(1)
