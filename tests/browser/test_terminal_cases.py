"""The terminal's cases (tests/terminal) in browsers: what they show there is what they show on Linux."""

from __future__ import annotations

import contextlib
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from case import Case, read_case
from equipment import CASES, Equipment, marks
from kernel import CPython
from page import InPage, can_run, page_html
from test_cases import compare

from .conftest import SERVED, WAITING
from .server import STRICT, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser
    from selenium.webdriver import WebKitGTK

#: How long, in s, a case may take in WebKitGTK.
SCRIPT_PATIENCE = 120
#: What such cases are about crosses the channel; the rest happens on the page, or in Python.
CROSSING = (
    "asyncio_",
    "canonical_",
    "cbreak_",
    "eof_",
    "getpass",
    "input_",
    "interrupt_",
    "poll_",
    "raw_",
    "select_",
    "size",
)


class Pages:
    """A page for each bundle that the cases need: one interpreter serves all the cases of a channel."""

    def __init__(self, folder: Path, site: Site, equipment: Equipment, new: Callable[[str], InPage]) -> None:
        self._folder, self._site, self._equipment, self._new = folder, site, equipment, new
        self._pages: dict[Path, InPage] = {}

    def __call__(self, case: Case) -> InPage:
        """The page for a case."""
        bundle = self._equipment.bundle(case)
        if bundle not in self._pages:
            shutil.copytree(bundle, self._folder / bundle.name)
            page = self._folder / f"{bundle.name}.html"
            page.write_text(page_html(bundle.name), encoding="utf-8")
            self._pages[bundle] = self._new(self._site.url + page.name)
        return self._pages[bundle]

    def close(self) -> None:
        """Close them all."""
        for page in self._pages.values():
            page.close()


@pytest.fixture(scope="module")
def pages(
    request: pytest.FixtureRequest, equipment: Equipment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Callable[[str], InPage]], Pages]]:
    """Makes the pages, served so that their blocks have the channel that the test names."""
    folder = tmp_path_factory.mktemp("cases")
    served = SERVED[request.param]
    site = Site(folder, served["headers"] | STRICT, broken=served.get("broken", {}))
    with ExitStack() as closing:
        closing.callback(site.close)
        yield lambda new: closing.enter_context(contextlib.closing(Pages(folder, site, equipment, new)))


@pytest.fixture(scope="module")
def in_page(browser: Browser, pages: Callable[[Callable[[str], InPage]], Pages]) -> Pages:
    """The pages in the browser of the run."""

    def new(url: str) -> InPage:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        return InPage(page, lambda: void(page.goto(url)))

    return pages(new)


@pytest.fixture(scope="module")
def in_webkit(webkit: WebKitGTK, pages: Callable[[Callable[[str], InPage]], Pages]) -> Pages:
    """The pages in WebKitGTK."""
    return pages(lambda url: InPage(Driven(webkit), lambda: webkit.get(url)))


class Driven:
    """A page that Selenium drives, for its scripts."""

    def __init__(self, driver: WebKitGTK) -> None:
        self._driver = driver
        driver.set_script_timeout(SCRIPT_PATIENCE)

    def evaluate(self, expression: str, arg: Any = None) -> Any:
        """As Playwright has it."""
        value = expression.strip().removesuffix(";") if arg is None else f"({expression})(arguments[0])"
        script = f"""
            const [, done] = arguments, failed = (error) => done({{ error: String(error) }});
            (async () => ({value}))().then((value) => done({{ value }}), failed);
        """
        answer = self._driver.execute_async_script(script, arg)
        assert "error" not in answer, answer["error"]
        return answer.get("value")

    def close(self) -> None:
        """The driver keeps its only page."""


def depends(case: str, tier: str) -> bool:
    """Whether it is worth doing over this channel."""
    return tier == "shared-memory" or case.startswith(CROSSING)


def void(_: object) -> None:
    """Nothing of it is of interest."""


def over(*tiers: str) -> pytest.MarkDecorator:
    """Each case that a page can do, over these channels."""
    cases = [
        pytest.param(tier, file, id=f"{tier}-{file.stem}", marks=marks(read_case(file)))
        for tier in tiers
        for file in CASES
        if can_run(read_case(file)) and depends(file.stem, tier)
    ]
    return pytest.mark.parametrize(("pages", "file"), cases, indirect=["pages"])


@over(*WAITING)
def test_case_in_a_page(file: Path, equipment: Equipment, in_page: Pages, tmp_path: Path) -> None:
    case = read_case(file)
    program = tmp_path / "program.py"
    compare(case, CPython(equipment).run(case, program), in_page(case).run(case, program))


@pytest.mark.only_browser("chromium")  # it starts a browser of its own, once
@over("service-worker")
def test_case_in_webkit(file: Path, equipment: Equipment, in_webkit: Pages, tmp_path: Path) -> None:
    case = read_case(file)
    program = tmp_path / "program.py"
    compare(case, CPython(equipment).run(case, program), in_webkit(case).run(case, program))
