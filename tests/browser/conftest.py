"""A built site in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error, expect

from .server import ISOLATION, STRICT, Site
from .webkit import display, webkit  # noqa: F401  fixtures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, Route

    from tests.shared import Shared

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOTS = Path(__file__).parents[1] / "roots"
#: A name of this machine that browsers trust no more than any other: not a secure context over http.
OTHER_SITE = "other-site.test"
#: How long, in ms, a start of Python may take on a slow machine.
PATIENCE = 130_000
ENDED = re.compile("done|error|stopped|crashed")
BUSY = ", ".join(f"[data-emrun-state={state}]" for state in ("loading", "running", "input", "stopping"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser; one engine's are run one after the other.

    A busy machine may starve one: a test that fails is tried once more, and the summary says so.
    """
    for item in list(items):
        if Path(__file__).parent in item.path.parents:
            engine = next((name for name in ("chromium", "firefox") if name in item.name), "webkit")
            only = item.get_closest_marker("only_browser")
            if only and engine not in only.args:
                items.remove(item)
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))
            item.add_marker(pytest.mark.xdist_group(engine))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_name: str) -> dict[str, Any]:
    """Debian's browsers, as they are; this machine is also `OTHER_SITE`."""
    if browser_name == "firefox":
        own = {"channel": "moz-firefox", "executable_path": _found("firefox-esr", "firefox")}
        return {
            **browser_type_launch_args,
            **own,
            "firefox_user_prefs": {"network.dns.localDomains": OTHER_SITE},
        }
    arguments = [*CHROMIUM_ARGUMENTS, f"--host-resolver-rules=MAP {OTHER_SITE} 127.0.0.1"]
    return {**browser_type_launch_args, "executable_path": _found("chromium"), "args": arguments}


def _found(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, f"{names[0]} is not installed: `python3 dev.py test` installs it"
    return found


def build_live(shared: Shared, *settings: str) -> Path:
    """The site of tests/roots/test-live, with settings as for ``sphinx-build -D``."""
    return shared.make(":".join(["live", *settings]), lambda out: make_live(shared, out, *settings))


def make_live(shared: Shared, out: Path, *settings: str) -> None:
    """Build the site of tests/roots/test-live into ``out``."""
    sphinx_build(shared, ROOTS / "test-live", out, *(f"-D{setting}" for setting in settings))


def sphinx_build(shared: Shared, source: Path, out: Path, *options: str) -> None:
    """Run ``sphinx-build``. All builds of a source have one folder of doctrees: it holds the bundles, too."""
    doctrees = shared.folder / f"{source.name}-doctrees"
    command: list[str | Path] = [sys.executable, "-m", "sphinx", "-qWb", "html", "-d", doctrees]
    subprocess.run([*command, *options, source, out], check=True)


@pytest.fixture(scope="session")
def built(shared: Shared) -> Path:
    """The site of tests/roots/test-live."""
    return build_live(shared)


@pytest.fixture
def serve(built: Path) -> Iterator[Serve]:
    """Serves the site under a strict policy; with isolation headers unless told otherwise."""
    sites: list[Site] = []

    def start(
        headers: dict[str, str] = ISOLATION,
        prefix: str = "/",
        folder: Path = built,
        broken: dict[str, int] | None = None,
    ) -> Site:
        sites.append(Site(folder, headers | STRICT, prefix, broken=broken or {}))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


Serve = Callable[..., Site]
#: How a site is served, by the channel that then serves its blocks.
SERVED: dict[str, dict[str, Any]] = {
    "shared-memory": {"headers": ISOLATION},
    "service-worker": {"headers": {}},
    "jspi": {"headers": {}, "broken": {"sw.js": 404}},
    "restart": {"headers": {}, "broken": {"sw.js": 404}},
}
#: Takes stack switching away, for pages that have `restart`.
NO_STACK_SWITCHING = "delete WebAssembly.Suspending"
WAITING = [tier for tier in SERVED if tier != "restart"]
#: Mark a test whose outcome could depend on the channel, to run it over the two of most readers, or over
#: all on which a program can wait.
each_tier = pytest.mark.parametrize("tier", ["shared-memory", "service-worker"], indirect=True)
each_waiting_tier = pytest.mark.parametrize("tier", WAITING, indirect=True)
each_waiting_page = pytest.mark.parametrize("used_page", WAITING, indirect=True)


@pytest.fixture
def tier(request: pytest.FixtureRequest) -> str:
    """The channel that serves the blocks; the test says which (`each_tier`)."""
    return getattr(request, "param", "shared-memory")


#: For cases that run in one engine each: ``itertools.cycle(ENGINES)`` gives the marks that say in which.
ENGINES = [pytest.mark.only_browser(engine) for engine in ("chromium", "firefox")]


class Held:
    """Requests that get no answer until they are let go."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(pattern, lambda route: self._routes.append(route))

    def let_go(self) -> None:
        """Answer them, once there is one."""
        while not self._routes:
            self._page.evaluate("0")  # lets what the browser says come in
        for route in self._routes:
            route.continue_()


class Block:
    """A block of the page, as its reader sees it."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.element: Locator = page.locator(f".emrun:has(#{name}), .emrun[data-emrun-kind={name}]")

    def button(self, name: str) -> Locator:
        """A button by its accessible name."""
        return self.element.get_by_role("button", name=name, exact=True)

    def expect_state(self, state: str | re.Pattern[str]) -> None:
        """Wait for a state."""
        expect(self.element).to_have_attribute("data-emrun-state", state, timeout=PATIENCE)

    def run(self, state: str | re.Pattern[str] = ENDED) -> str:
        """Press Run, wait for a state, and say what the block shows."""
        self.button("Run").click()
        self.expect_state(state)
        return self.text

    def expect_text(self, text: str | re.Pattern[str]) -> None:
        """Wait for a text of the transcript."""
        expect(self.element.locator(".emrun-transcript")).to_contain_text(text, timeout=PATIENCE)

    @property
    def text(self) -> str:
        """What the latest run printed: the transcript without the idle prompt."""
        text = self.element.locator(".emrun-transcript").text_content() or ""
        return re.sub(r"\n?>>> ?$", "", text).rstrip("\n")

    @property
    def status(self) -> Locator:
        """The sentence under the block."""
        return self.element.get_by_role("status")

    @property
    def terminal(self) -> Locator:
        """The terminal."""
        return self.element.locator(".emrun-terminal")

    def type(self, text: str) -> None:
        """Type into the terminal, and press Enter."""
        self.terminal.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")


Blocks = Callable[[str], Block]
OpenPage = Callable[..., Blocks]


@pytest.fixture
def open_page(page: Page) -> Iterator[OpenPage]:
    """Opens a page of a site; gives its blocks by name. Scripts may fail only where the test says so."""
    errors: list[str] = []
    note = note_errors(page, errors)
    page.set_default_timeout(PATIENCE)

    def start(site: Site, path: str = "", *, fails: bool = False) -> Blocks:
        if fails:
            page.remove_listener("pageerror", note)
        page.goto(site.url + path)
        return lambda name: Block(page, name)

    yield start
    assert errors == []


def note_errors(page: Page, errors: list[str]) -> Callable[[Error], None]:
    """Append the errors of the page's scripts to a list, but not those of Sphinx's and the theme's.

    :returns: the listener.
    """

    def note(error: Error) -> None:
        # Firefox reports the theme's inline styles as errors. Sphinx's highlighting of search words fails
        # where storage is forbidden.
        if "blocked an inline s" not in str(error) and "sphinx_highlight" not in (error.stack or ""):
            errors.append(str(error))

    page.on("pageerror", note)
    return note


@pytest.fixture(scope="module")
def used_page(browser: Browser, built: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that the tests of a module use one after the other; `each_waiting_page` says its channel."""
    served = SERVED[getattr(request, "param", "shared-memory")]
    site = Site(built, served["headers"] | STRICT, broken=served.get("broken", {}))
    with closing(site), closing(browser.new_page()) as page:
        page.set_default_timeout(PATIENCE)
        page.goto(site.url)
        yield page


@pytest.fixture
def used_block(used_page: Page) -> Iterator[Blocks]:
    """The blocks of that page. It is loaded again where a failed test has left a program that runs."""
    errors: list[str] = []
    note = note_errors(used_page, errors)
    if used_page.locator(BUSY).count():
        used_page.reload()
    yield lambda name: Block(used_page, name)
    used_page.remove_listener("pageerror", note)
    assert errors == []


@pytest.fixture
def block(serve: Serve, open_page: OpenPage, page: Page, tier: str) -> Blocks:
    """The blocks of the index page, served by the channel `tier`."""
    if tier == "restart":
        page.add_init_script(NO_STACK_SWITCHING)
    return open_page(serve(**SERVED[tier]))
