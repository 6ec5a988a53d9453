"""Pages without isolation headers: what the relay between a page and its worker has to bear."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .conftest import PATIENCE, SERVED, Block
from .editions import publish_another

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserType, Page

    from .conftest import Blocks, OpenPage, Serve

PLAIN = SERVED["service-worker"]
#: Firefox ends a service worker so soon, in ms, whether it waits for something or not.
IMPATIENT: dict[str, str | float | bool] = {
    "dom.serviceWorkers.idle_timeout": 500,
    "dom.serviceWorkers.idle_extended_timeout": 500,
}


@pytest.fixture
def block(serve: Serve, open_page: OpenPage) -> Blocks:
    """The blocks of the index page."""
    return open_page(serve(**PLAIN))


@pytest.fixture
def impatient(
    browser_name: str,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser: Browser,
) -> Iterator[Browser]:
    """A browser whose service workers can be stopped."""
    if browser_name == "chromium":
        yield browser
        return
    preferences = browser_type_launch_args["firefox_user_prefs"] | IMPATIENT
    firefox = browser_type.launch(**browser_type_launch_args | {"firefox_user_prefs": preferences})
    yield firefox
    firefox.close()


def stop_service_workers(page: Page, browser_name: str) -> None:
    """End them while they work."""
    if browser_name == "chromium":
        session = page.context.new_cdp_session(page)
        session.send("ServiceWorker.enable")
        session.send("ServiceWorker.stopAllWorkers")
        session.detach()
    else:  # they end by themselves
        page.wait_for_timeout(3000)


def answered(ask: Block, name: str) -> str:
    """Type a name where it is asked for."""
    ask.expect_state("input")
    ask.type(name)
    ask.expect_state("done")
    return ask.text


def test_a_relay_that_ends_while_input_waits(impatient: Browser, serve: Serve, browser_name: str) -> None:
    page = impatient.new_page()
    page.goto(serve(**PLAIN).url)
    ask = Block(page, "ask")
    ask.run("input")
    for name in ("A", "d"):
        stop_service_workers(page, browser_name)
        ask.terminal.click()
        page.keyboard.type(name)
    stop_service_workers(page, browser_name)
    assert answered(ask, "a") == "Your name? Ada\nHello Ada"
    stop_service_workers(page, browser_name)
    ask.type("name * 2")
    ask.expect_text("'AdaAda'")
    page.close()


def test_a_relay_that_ends_while_python_runs(impatient: Browser, serve: Serve, browser_name: str) -> None:
    page = impatient.new_page()
    page.goto(serve(**PLAIN).url)
    loop = Block(page, "loop")
    loop.run("running")
    stop_service_workers(page, browser_name)
    loop.button("Stop").click()
    loop.expect_state("stopped")
    loop.expect_text("KeyboardInterrupt")
    page.close()


def test_two_tabs_at_once(serve: Serve, page: Page) -> None:
    site = serve(**PLAIN)
    other = page.context.new_page()
    asks = []
    for tab in (page, other):
        tab.goto(site.url)
        asks.append(Block(tab, "ask"))
        asks[-1].run("input")
    assert answered(asks[1], "the second") == "Your name? the second\nHello the second"
    asks[0].expect_state("input")
    assert answered(asks[0], "the first") == "Your name? the first\nHello the first"
    loop, sleep = Block(page, "loop"), Block(other, "sleep")
    loop.run("running")
    sleep.run("running")
    sleep.button("Stop").click()
    sleep.expect_state("stopped")
    loop.expect_state("running")
    loop.button("Stop").click()
    loop.expect_state("stopped")


@pytest.mark.parametrize("name", ["ask", "loop"])
def test_a_reload_while_it_runs(block: Blocks, page: Page, name: str) -> None:
    block(name).run(re.compile("input|running"))
    page.reload()
    assert block("first").run("done") == "hello red by the setup"
    block("ask").run("input")
    assert answered(block("ask"), "again") == "Your name? again\nHello again"


def edited(script: str) -> str:
    """Another version of a script."""
    return f"// Edited.\n{script}"


def test_another_version_is_published_while_a_tab_is_open(
    built: Path, serve: Serve, page: Page, tmp_path: Path
) -> None:
    folder = shutil.copytree(built, tmp_path / "site")
    site = serve(**PLAIN, folder=folder)
    page.goto(site.url)
    old = Block(page, "ask")
    old.run("input")
    publish_another(folder, "main.js", edited)
    other = page.context.new_page()
    other.goto(site.url)
    new = Block(other, "ask")
    new.run("input")
    assert answered(old, "the old") == "Your name? the old\nHello the old"
    assert answered(new, "the new") == "Your name? the new\nHello the new"
    loop = Block(page, "loop")
    loop.run("running")
    loop.button("Stop").click()
    loop.expect_state("stopped")
    scopes = "async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope)"
    page.close()
    other.reload()
    Block(other, "first").run("done")
    bundle = next(path.parent for path in folder.glob("_static/emrun/*/sw.js"))
    assert other.evaluate(scopes) == [f"{site.url}_static/emrun/{bundle.name}/worker.js?relayed"]


def test_versions_side_by_side(built: Path, serve: Serve, page: Page, tmp_path: Path) -> None:
    for version in ("v1", "v2"):
        shutil.copytree(built, tmp_path / version)
    publish_another(tmp_path / "v2", "main.js", edited)
    site = serve(**PLAIN, folder=tmp_path)
    other = page.context.new_page()
    asks = []
    for tab, version in ((page, "v1"), (other, "v2")):
        tab.goto(f"{site.url}{version}/index.html")
        asks.append(Block(tab, "ask"))
        asks[-1].run("input")
    for ask, name in zip(asks, ("one", "two"), strict=True):
        assert answered(ask, name) == f"Your name? {name}\nHello {name}"


def test_the_page_is_not_controlled_and_nothing_is_kept(block: Blocks, page: Page) -> None:
    block("first").run("done")
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller") is None
    assert page.evaluate("caches.keys()") == []
    assert not page.evaluate("crossOriginIsolated")


def test_a_relay_that_is_not_served_is_done_without(serve: Serve, open_page: OpenPage) -> None:
    site = serve(**PLAIN)
    site.broken["sw.js"] = 404
    first = open_page(site)("first")
    assert first.run("done") == "hello red by the setup"
    expect(first.element).not_to_have_attribute("data-emrun-tier", "service-worker", timeout=PATIENCE)


def test_a_signal_of_one_session_is_not_anothers(block: Blocks) -> None:
    loop, elsewhere = block("loop"), block("elsewhere")
    loop.run("running")
    assert elsewhere.run("done") == "False"
    loop.button("Stop").click()
    loop.expect_state("stopped")
