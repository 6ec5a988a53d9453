"""Visits pages and notes the time from a click to the first output, and what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from benchmarks.startup.subjects import PRINTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Browser, Page

    from benchmarks.server import Server, Traffic
    from benchmarks.startup.subjects import Subject

#: How long, in ms, an output may take.
PATIENCE = 120_000
#: Both ends are the page's own: when the browser took the click, and when the text is in the document.
WATCH = """([selector, expected]) => {
    const place = document.querySelector(selector);
    let clicked;
    addEventListener("click", (event) => { clicked = event.timeStamp; }, { capture: true, once: true });
    window.firstOutput = new Promise((resolve) => {
        new MutationObserver((_, observer) => {
            if (!place.textContent.includes(expected)) return;
            observer.disconnect();
            resolve(performance.now() - clicked);
        }).observe(place, { childList: true, characterData: true, subtree: true });
    });
}"""
WAIT = """(patience) => Promise.race([
    window.firstOutput,
    new Promise((_, reject) => setTimeout(reject, patience, new Error("There was no output."))),
])"""


class MeasurementError(Exception):
    """A page did not do what is measured."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One page, loaded and run once."""

    round: int
    browser: str
    #: "cold": nothing in the HTTP cache; "warm": the page was visited and run before.
    cache: str
    subject: str
    #: From the click on Run to the first output.
    milliseconds: float
    #: Sent until the page had loaded.
    page: Traffic
    #: Sent from the click to the first output.
    run: Traffic


def measure(
    browsers: Mapping[str, Browser], subjects: Sequence[Subject], server: Server, rounds: int
) -> Iterator[Visit]:
    """Visit each subject, at ``server.url`` and its name, in each browser: ``rounds`` times cold, then warm.

    All take turns, each round in another order, so that what else the machine does hits all alike.
    Raises MeasurementError.
    """
    for number in range(rounds):
        first = number % len(subjects)
        for name, browser in browsers.items():
            for subject in (*subjects[first:], *subjects[:first]):
                with browser.new_context() as context:  # its HTTP cache is its own, and empty
                    for cache in ("cold", "warm"):
                        with context.new_page() as page:
                            milliseconds, before, during = _visit(page, subject, server)
                        yield Visit(
                            round=number,
                            browser=name,
                            cache=cache,
                            subject=subject.name,
                            milliseconds=milliseconds,
                            page=before,
                            run=during,
                        )


def _visit(page: Page, subject: Subject, server: Server) -> tuple[float, Traffic, Traffic]:
    server.take()
    try:
        page.goto(f"{server.url}{subject.name}/", wait_until="load")
        page.evaluate(WATCH, [subject.output, PRINTED])
        page.locator(subject.button).wait_for()
        before = server.take()
        page.locator(subject.button).click()
        milliseconds = page.evaluate(WAIT, PATIENCE)
    except Error as error:
        raise MeasurementError(f"{subject.name} failed: {error.message.splitlines()[0]}") from error
    return float(milliseconds), before, server.take()
