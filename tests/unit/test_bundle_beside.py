"""Work beside other work."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest

from sphinx_emrun.bundle.beside import Beside
from sphinx_emrun.bundle.progress import Progress


class Shown(list[str]):
    """A progress that remembers how each step began and ended."""

    @contextlib.contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        try:
            yield
        except ValueError:
            self.append(f"{step}: failed")
            raise
        self.append(f"{step}: done")


def test_it_goes_on_meanwhile_and_is_shown_where_it_is_waited_for() -> None:
    began, may_end = threading.Event(), threading.Event()

    def work(progress: Progress) -> int:
        with progress("one"):
            began.set()
        with progress("two"):
            assert may_end.wait(10)
        return 7

    shown = Shown()
    beside = Beside(work)
    assert began.wait(10)
    assert shown == []
    may_end.set()
    assert beside.result(shown) == 7
    assert shown == ["one: done", "two: done"]


def test_what_goes_wrong_is_raised_in_its_step() -> None:
    def work(progress: Progress) -> None:
        with progress("one"):
            raise ValueError("wrong")

    shown = Shown()
    with pytest.raises(ValueError, match="wrong"):
        Beside(work).result(shown)
    assert shown == ["one: failed"]


def test_what_goes_wrong_between_steps_is_raised_too() -> None:
    def work(progress: Progress) -> None:
        with progress("one"):
            pass
        raise ValueError("wrong")

    shown = Shown()
    with pytest.raises(ValueError, match="wrong"):
        Beside(work).result(shown)
    assert shown == ["one: done"]
