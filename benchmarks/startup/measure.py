"""Visits pages and notes the time from a click to the first output, and what was sent."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from benchmarks.memory import browser_memory
from benchmarks.server import Network
from benchmarks.startup.programs import PRINTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Browser, Page

    from benchmarks.server import Server, Traffic
    from benchmarks.startup.programs import Program
    from benchmarks.startup.subjects import Subject

NETWORKS = {
    "localhost": Network(),
    "20Mbit": Network(rate=20e6, delay=0.04),
    "5Mbit": Network(rate=5e6, delay=0.08),
}
#: How long, in ms, an output may take.
PATIENCE = 120_000
#: How long, in ms, a reader stays on a page: time for the browser to keep what it has compiled.
STAY = 3_000
#: How long, in ms, a new window is left alone before it goes to a page: readers have theirs open, and
#: Chromium is busy for a while with one that it has just opened.
OPENING = 1_500
#: How long, in ms, a reader looks at a page before pressing Run, by what the browser has of it.
READING = {"cold": 0, "warm": 0, "reading": 2_000}
#: Both ends are the page's own: when the browser took the click, and when the text is in the document or in
#: that of a frame that came later.
WATCH = """([selector, texts]) => {
    const note = (event) => { window.clicked = event.timeStamp; };
    addEventListener("click", note, { capture: true, once: true });
    const shown = (text) => new Promise((resolve) => {
        const watch = (place) => new MutationObserver((_, observer) => {
            if (!place.textContent.includes(text)) return;
            observer.disconnect();
            resolve(performance.now() - window.clicked);
        }).observe(place, { childList: true, characterData: true, subtree: true });
        const enter = ({ target }) => { if (target.contentDocument) watch(target.contentDocument.body); };
        document.addEventListener("load", enter, { capture: true });
        watch(document.querySelector(selector));
    });
    window.shown = texts.map(shown);
}"""
WAIT = """([number, patience]) => Promise.race([
    window.shown[number],
    new Promise((_, reject) => setTimeout(reject, patience, new Error("There was no output."))),
])"""
STEPS = """() => performance.getEntriesByType("measure")
    .filter(({ name }) => name.startsWith("emrun: "))
    .map(({ name, startTime: start, duration }) =>
        [name.slice("emrun: ".length), start - window.clicked, start + duration - window.clicked])"""


class MeasurementError(Exception):
    """A page did not do what is measured."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One page, loaded and run once."""

    round: int
    browser: str
    network: str
    #: "cold": nothing in the HTTP cache; "warm": the page was visited and run before; "reading": so it was,
    #: and Run is pressed ``READING`` after the page has loaded, not at once.
    cache: str
    program: str
    subject: str
    #: From the click on Run to the first output.
    milliseconds: float
    #: To the prompt, where there is one.
    prompt: float | None
    #: Sent until the page had loaded.
    page: Traffic
    #: Sent from the click to the first output.
    run: Traffic
    #: By how many bytes the browser had grown when the output was there.
    memory: int
    #: Where the time went, in ms since the click: {name: (begin, end)}.
    steps: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is visited."""

    subjects: Sequence[Subject]
    programs: Sequence[Program]
    #: Keys of ``NETWORKS``.
    networks: Sequence[str]
    rounds: int

    def pages(self) -> list[tuple[Program, Subject]]:
        """Each subject with each program it can have."""
        first = self.programs[0]
        pairs = itertools.product(self.programs, self.subjects)
        return [
            (program, subject) for program, subject in pairs if program is first or not subject.one_program
        ]

    def visits(self, browsers: int) -> int:
        """How many there will be."""
        return self.rounds * browsers * len(self.networks) * len(self.pages()) * len(READING)


def address(program: Program, subject: Subject) -> str:
    """Where a subject's site for a program lies, below the server's URL."""
    return f"{program.name}-{subject.name}"


def measure(browsers: Mapping[str, Browser], plan: Plan, server: Server) -> Iterator[Visit]:
    """Visit each subject, at ``server.url`` and its ``address``, in each browser: cold, then warm.

    All take turns, each round in another order, so that what else the machine does hits all alike.
    Raises MeasurementError.
    """
    pages = plan.pages()
    for number, network, (name, browser) in itertools.product(
        range(plan.rounds), plan.networks, browsers.items()
    ):
        server.line.network = NETWORKS[network]
        first = number % len(pages)
        for program, subject in (*pages[first:], *pages[:first]):
            with browser.new_context() as context:  # its HTTP cache is its own, and empty
                for cache, reading in READING.items():
                    with context.new_page() as page:
                        page.wait_for_timeout(OPENING)
                        visit = _visit(page, program, subject, server, reading)
                        if cache == "cold":
                            page.wait_for_timeout(STAY)
                    yield Visit(
                        round=number,
                        browser=name,
                        network=network,
                        cache=cache,
                        program=program.name,
                        subject=subject.name,
                        **visit,
                    )


def _visit(page: Page, program: Program, subject: Subject, server: Server, reading: float) -> dict[str, Any]:
    server.take()
    texts = [PRINTED, *filter(None, [subject.prompt])]
    try:
        page.goto(f"{server.url}{address(program, subject)}/", wait_until="load")
        page.evaluate(WATCH, [subject.output, texts])
        page.locator(subject.button).wait_for()
        page.wait_for_timeout(reading)
        before, memory = server.take(), browser_memory()
        page.locator(subject.button).click()
        milliseconds, *prompt = [page.evaluate(WAIT, [number, PATIENCE]) for number in range(len(texts))]
        during, grown = server.take(), browser_memory() - memory
        steps = {name: (begin, end) for name, begin, end in page.evaluate(STEPS)}
    except Error as error:
        raise MeasurementError(f"{subject.name} failed: {error.message.splitlines()[0]}") from error
    return {
        "milliseconds": float(milliseconds),
        "prompt": float(prompt[0]) if prompt else None,
        "page": before,
        "run": during,
        "memory": grown,
        "steps": steps,
    }
