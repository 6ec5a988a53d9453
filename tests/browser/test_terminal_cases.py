"""The terminal's cases (tests/terminal) in browsers: what they show there is what they show on Linux."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from case import Case, Shown, read_case
from equipment import CASES, Equipment, marks
from kernel import CPython
from page import InPage, can_run, page_html
from test_cases import compare

from .conftest import SERVED, WAITING
from .server import STRICT, Site
from .webkit import open_live

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
    "rich_live_itself",
    "select_",
    "size",
)


class Pages:
    """Pages with the cases' bundles: one interpreter serves all the cases of a channel and a bundle."""

    def __init__(self, folder: Path, equipment: Equipment, new: Callable[[str], InPage]) -> None:
        self._folder, self._equipment, self._new = folder, equipment, new
        self._tier = ""
        self._pages: dict[Path, InPage] = {}
        self._closing = ExitStack()

    def run(self, case: Case, tier: str, program: Path) -> Shown:
        """Run a case over a channel."""
        if tier != self._tier:
            self.close()
            self._tier, served = tier, SERVED[tier]
            site = Site(self._folder, served["headers"] | STRICT, broken=served.get("broken", {}))
            self._closing.callback(site.close)
            self._url = site.url
        return self._page(self._equipment.bundle(case)).run(case, program)

    def close(self) -> None:
        """Close the pages, and serve them no more."""
        self._closing.close()
        self._pages.clear()

    def _page(self, bundle: Path) -> InPage:
        if bundle not in self._pages:
            shutil.copytree(bundle, self._folder / bundle.name, dirs_exist_ok=True)
            page = self._folder / f"{bundle.name}.html"
            page.write_text(page_html(bundle.name), encoding="utf-8")
            self._pages[bundle] = self._new(self._url + page.name)
            self._closing.callback(self._pages[bundle].close)
        return self._pages[bundle]


@pytest.fixture(scope="module")
def in_page(
    browser: Browser, equipment: Equipment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pages]:
    """Pages in the browser of the run."""

    def new(url: str) -> InPage:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        return InPage(page, lambda: void(page.goto(url)))

    with closing(Pages(tmp_path_factory.mktemp("cases"), equipment, new)) as pages:
        yield pages


@pytest.fixture(scope="module")
def in_webkit(
    webkit: WebKitGTK, equipment: Equipment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pages]:
    """Pages in WebKitGTK."""

    def new(url: str) -> InPage:
        return InPage(Driven(webkit), lambda: open_live(webkit, url))

    with closing(Pages(tmp_path_factory.mktemp("cases"), equipment, new)) as pages:
        yield pages


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
    return pytest.mark.parametrize(("tier", "file"), cases)


@over(*WAITING)
def test_case_in_a_page(tier: str, file: Path, equipment: Equipment, in_page: Pages, tmp_path: Path) -> None:
    case = read_case(file)
    program = tmp_path / "program.py"
    compare(case, CPython(equipment).run(case, program), in_page.run(case, tier, program))


@over("service-worker")
def test_case_in_webkit(
    tier: str, file: Path, equipment: Equipment, in_webkit: Pages, tmp_path: Path
) -> None:
    case = read_case(file)
    program = tmp_path / "program.py"
    compare(case, CPython(equipment).run(case, program), in_webkit.run(case, tier, program))
