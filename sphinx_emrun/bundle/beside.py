"""Work that goes on beside other work, on machines with a second processor."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Generic, TypeVar

from sphinx_emrun.bundle.progress import Progress

Result = TypeVar("Result")


class Beside(Generic[Result]):
    """A function that runs in a thread of its own from now on.

    Its steps are shown by whoever waits for it: two that are shown at once would share a line.
    """

    def __init__(self, work: Callable[[Progress], Result]) -> None:
        self._steps: SimpleQueue[tuple[str, Future[None]] | None] = SimpleQueue()
        pool = ThreadPoolExecutor(max_workers=1)
        self._result = pool.submit(work, self._note)
        self._result.add_done_callback(lambda _: self._steps.put(None))
        pool.shutdown(wait=False)

    @contextlib.contextmanager
    def _note(self, step: str) -> Iterator[None]:
        done = Future[None]()
        self._steps.put((step, done))
        try:
            yield
        except BaseException as problem:
            done.set_exception(problem)
            raise
        done.set_result(None)

    def result(self, progress: Progress) -> Result:
        """Wait for what the function returns; to be called once.

        :raises Exception: whatever the function raises.
        """
        for step, done in iter(self._steps.get, None):
            with progress(step):
                done.result()
        return self._result.result()
