"""Opens the pages, and does the cases in turn."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Browser

    from benchmarks.terminal.cases import Case
    from benchmarks.terminal.subjects import Subject

PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
CALL = "([kind, program, turn]) => window.probe[kind](program, turn)"
#: What fails so often one after the other is not tried again.
GIVE_UP = 3
#: How long, in ms, a page may take to load.
PATIENCE = 60_000


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One case, done once."""

    turn: int
    browser: str
    subject: str
    case: str
    #: "ok", or what happened instead: "never", "none", a state of the program, or an error.
    outcome: str
    #: In the case's unit; an echo has several.
    values: list[float]


class Tab:
    """A page with one subject in one browser."""

    def __init__(self, name: str, browser: Browser, subject: Subject, server: str) -> None:
        self._browser = name
        self._subject = subject
        self._url = f"{server}{subject.name}/"
        self._page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self._page.set_default_timeout(PATIENCE)
        self._failures: dict[str, int] = {}
        self._load()

    def _load(self) -> None:
        self._page.goto(self._url, wait_until="load")
        self._page.evaluate(PROBE, dict(self._subject.selectors))

    def close(self) -> None:
        """Close the page."""
        self._page.context.close()

    def measure(self, cases: Sequence[Case], turn: int) -> Iterator[Sample]:
        """Do those of the cases that are still to be done."""
        self._page.bring_to_front()  # a page in the background draws nothing
        for case in cases:
            failures = self._failures.get(case.name, 0)
            if failures >= GIVE_UP or (case.turns is not None and turn >= case.turns):
                continue
            result = self._do(case, turn)
            self._failures[case.name] = 0 if result["outcome"] == "ok" else failures + 1
            if not result.pop("idle"):
                self._load()
            yield Sample(
                turn=turn, browser=self._browser, subject=self._subject.name, case=case.name, **result
            )

    def _do(self, case: Case, turn: int) -> dict[str, Any]:
        try:
            result: dict[str, Any] = self._page.evaluate(CALL, [case.kind, case.program, turn])
        except Error as error:
            return {"outcome": error.message.splitlines()[0], "values": [], "idle": False}
        return result


def measure(
    browsers: Mapping[str, Browser],
    subjects: Sequence[Subject],
    server: str,
    cases: Sequence[Case],
    turns: int,
) -> Iterator[Sample]:
    """Do the cases with each subject, at the URL ``server`` and its name, in each browser, ``turns`` times.

    All take turns, each in another order, so that what else the machine does hits all alike.
    """
    with ExitStack() as stack:
        tabs = {
            name: [stack.enter_context(closing(Tab(name, browser, subject, server))) for subject in subjects]
            for name, browser in browsers.items()
        }
        for turn in range(turns):
            for of_browser in tabs.values():
                first = turn % len(of_browser)
                for tab in (*of_browser[first:], *of_browser[:first]):
                    yield from tab.measure(cases, turn)
