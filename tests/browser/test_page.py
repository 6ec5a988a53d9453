"""What a page asks of its host and its reader's connection."""

from __future__ import annotations

import gzip
import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from .conftest import PATIENCE, SERVED, Held, build_live, each_tier
from .editions import publish_another
from .server import ISOLATION, Damage

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from tests.shared import Shared

    from .conftest import OpenPage, Serve


BEFORE_RUN = {"emrun.css", "main.js", "notice.js"}


def test_nothing_is_loaded_before_run(serve: Serve, open_page: OpenPage, page: Page, built: Path) -> None:
    site = serve()
    open_page(site)
    expect(page.get_by_role("button", name="Run").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    ours = [name for name in site.requests if name.startswith("_static/emrun/")]
    assert {name.rpartition("/")[2] for name in ours} == BEFORE_RUN
    assert sum(len(gzip.compress((built / name).read_bytes())) for name in ours) <= 15_000


def test_a_page_without_blocks_has_nothing_of_ours(built: Path) -> None:
    assert "emrun" not in (built / "plain.html").read_text()


@pytest.mark.parametrize("headers", [ISOLATION, {}], ids=["isolated", "plain"])
def test_a_strict_policy_a_subfolder_and_no_other_origin(
    serve: Serve, open_page: OpenPage, page: Page, headers: dict[str, str]
) -> None:
    site = serve(headers, prefix="/en/v1.2/")
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    block = open_page(site)("first")
    complaints.clear()  # the theme's own
    assert block.run("done") == "hello red by the setup"
    colour = block.terminal.get_by_text("red").evaluate("(element) => getComputedStyle(element).color")
    assert colour != block.terminal.evaluate("(element) => getComputedStyle(element).color")
    assert hosts == {urlsplit(site.url).netloc}
    assert complaints == []


def test_interest_in_run_loads_what_it_needs(serve: Serve, open_page: OpenPage, page: Page) -> None:
    site = serve()
    first = open_page(site)("first")
    with page.expect_request("**/pyodide.asm.wasm"):
        first.button("Run").hover()
    expect(first.element).to_have_attribute("data-emrun-state", "idle")
    assert first.run("done") == "hello red by the setup"
    assert len([name for name in site.requests if name.endswith("/pyodide.asm.wasm")]) == 1


def test_a_reader_who_saves_data_is_asked_first(serve: Serve, open_page: OpenPage, page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    site = serve()
    first = open_page(site)("first")
    first.button("Run").focus()
    first.button("Copy").hover()
    first.button("Run").hover()
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")  # more than such interest has to last
    assert [name for name in site.requests if name.endswith(".wasm")] == []
    assert first.run("done") == "hello red by the setup"


#: A start from the snapshot leaves a measure (`static/steps.js`).
RESTORED = "performance.getEntriesByName('emrun: restore').length === 1"
UNTIL_RESTORED = """new Promise((resolve) => new PerformanceObserver((steps) => {
    if (steps.getEntriesByName("emrun: restore").length) resolve();
}).observe({ type: "measure", buffered: true }))"""
#: Names of files that a page has asked for, be it its browser's cache.
ASKED_FOR = "performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1))"
#: How a browser describes the connection (Network Information API), and what that comes to.
CONNECTIONS = {
    "{ effectiveType: '4g', saveData: false }": True,
    "{ effectiveType: '4g', saveData: true }": False,
    "{ effectiveType: '4g', type: 'cellular' }": False,
    "{ effectiveType: '3g' }": False,
    "undefined": False,
}


@pytest.fixture(scope="session")
def eager(shared: Shared) -> Path:
    """The site, whose author wants Python to be there early."""
    return build_live(shared, "emrun_prefetch=near")


@pytest.mark.parametrize("connection", CONNECTIONS)
def test_a_block_that_is_near_loads_what_the_author_wants(
    serve: Serve, open_page: OpenPage, page: Page, eager: Path, connection: str
) -> None:
    page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{ value: {connection} }})")
    site = serve(folder=eager)
    if CONNECTIONS[connection]:
        with page.expect_request("**/pyodide.asm.wasm"):
            first = open_page(site)("first")
    else:
        first = open_page(site)("first")
        page.wait_for_load_state("networkidle")
        assert [name for name in site.requests if name.endswith("manifest.json")] == []
    expect(first.element).to_have_attribute("data-emrun-state", "idle")
    assert first.run("done") == "hello red by the setup"
    assert len([name for name in site.requests if name.endswith("/worker.js")]) <= 2  # checked, imported


def test_python_waits_for_a_reader_who_has_run_a_block(serve: Serve, open_page: OpenPage, page: Page) -> None:
    site = serve()
    first = open_page(site)("first")
    assert first.run("done") == "hello red by the setup"
    first = open_page(site)("first")
    page.evaluate(UNTIL_RESTORED)
    expect(first.element).to_have_attribute("data-emrun-state", "idle")
    expect(first.terminal).to_be_hidden()
    assert first.run("done") == "hello red by the setup"
    assert page.evaluate(RESTORED)  # still one


@pytest.mark.parametrize("why", ["a later build", "long ago", "saves data"])
def test_nothing_waits_for_a_reader_who_has_run_a_block(
    serve: Serve, open_page: OpenPage, page: Page, why: str
) -> None:
    site = serve()
    first = open_page(site)("first")
    assert first.run("done") == "hello red by the setup"
    changed = {"a later build": {"base": "/elsewhere/"}, "long ago": {"time": 1}}
    if why in changed:
        page.evaluate(
            "(changed) => Object.keys(localStorage).filter((key) => key.startsWith('emrun-ran:')).forEach("
            "(key) => localStorage.setItem(key,"
            " JSON.stringify({ ...JSON.parse(localStorage[key]), ...changed })))",
            changed[why],
        )
    else:
        page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    first = open_page(site)("first")
    page.wait_for_load_state("networkidle")
    assert "manifest.json" not in page.evaluate(ASKED_FOR)
    assert first.run("done") == "hello red by the setup"


def test_nothing_is_loaded_ahead_where_the_author_wants_none(
    serve: Serve, open_page: OpenPage, page: Page, shared: Shared
) -> None:
    site = serve(folder=build_live(shared, "emrun_prefetch=never"))
    first = open_page(site)("first")
    first.button("Run").focus()
    first.button("Run").hover()
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")  # more than such interest has to last
    assert [name for name in site.requests if name.endswith("manifest.json")] == []
    assert first.run("done") == "hello red by the setup"
    open_page(site)
    page.wait_for_load_state("networkidle")
    assert "manifest.json" not in page.evaluate(ASKED_FOR)


@pytest.mark.parametrize("missing", ["snapshot.bin", "stdlib.zip"])
def test_without_one_of_them_a_start_takes_the_other(
    serve: Serve, open_page: OpenPage, page: Page, missing: str
) -> None:
    site = serve()
    site.broken[missing] = 404
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    first = open_page(site)("first")
    assert first.run("done") == "hello red by the setup"
    restored = missing != "snapshot.bin"
    assert page.evaluate(RESTORED) == restored
    assert any("Python starts without its snapshot" in text for text in said) is not restored
    first.type("x + 1")
    first.expect_text(re.compile(r">>> x \+ 1\n42\n>>> $"))


def test_loading_shows_progress_in_bytes(serve: Serve, open_page: OpenPage) -> None:
    site = serve()
    site.damaged["asm.bin"] = iter([Damage.STALLS])
    block = open_page(site, fails=True)("first")
    block.run("loading")
    words = re.compile(r"^Loading Python: \d+\.\d of \d+\.\d MB$")
    expect(block.status).to_have_text(words, timeout=PATIENCE)
    site.wait_until_stalled()
    site.drop()
    block.expect_state("done")


#: As after a run of this build of the site.
HAS_RUN = """() => {
    const base = new URL("./", document.querySelector('script[src*="main.js"]').src).href;
    const site = new URL("../", base).pathname;
    localStorage.setItem(`emrun-ran:${site}`, JSON.stringify({ base, time: Date.now() }));
}"""


def test_the_threads_script_does_not_wait_for_the_manifest(
    serve: Serve, open_page: OpenPage, page: Page
) -> None:
    held = Held(page, "**/manifest.json")
    first = open_page(serve())("first")
    with page.expect_request("**/worker.js"):
        first.run("loading")
    held.let_go()
    first.expect_state("done")


def test_what_is_put_into_the_interpreter_comes_after_it(
    serve: Serve, open_page: OpenPage, page: Page
) -> None:
    site = serve()
    site.damaged["asm.bin"] = iter([Damage.STALLS])
    block = open_page(site, fails=True)("first")
    block.run("loading")
    site.wait_until_stalled()
    assert not any(name.endswith("snapshot.bin") for name in site.requests)
    site.drop()
    block.expect_state("done")
    assert page.evaluate(RESTORED)


def test_what_is_probably_in_the_browsers_cache_comes_at_the_same_time(
    serve: Serve, open_page: OpenPage, page: Page
) -> None:
    site = serve()
    site.damaged["asm.bin"] = iter([Damage.STALLS])
    open_page(site, fails=True)
    page.evaluate(HAS_RUN)
    with page.expect_response("**/snapshot.bin"):
        block = open_page(site, fails=True)("first")
    site.wait_until_stalled()
    block.button("Run").click()
    block.expect_state("loading")
    site.drop()
    block.expect_state("done")


def test_what_has_arrived_before_the_pages_scripts_counts(
    serve: Serve, open_page: OpenPage, page: Page
) -> None:
    site = serve()
    site.damaged["asm.bin"] = iter([Damage.STALLS])

    def late(route: Route) -> None:
        site.wait_until_stalled()
        route.continue_()

    page.route("**/session.js", late)
    block = open_page(site, fails=True)("first")
    block.run("loading")
    expect(block.status).to_contain_text(" MB", timeout=PATIENCE)
    site.drop()
    block.expect_state("done")


#: Asks the server for a path that tells what of the origin is left in the worker once Python has started.
PROBE = """
addEventListener("message", ({ data }) => {
    if (data.type !== "run") return;
    const globals = `indexedDB caches cookieStore BroadcastChannel importScripts Worker SharedWorker WebSocket
        EventSource WebTransport Notification webkitRequestFileSystem`.match(/\\w+/g);
    const others = ["storage", "storageBuckets", "serviceWorker", "locks", "permissions"];
    const left = [...globals.filter((name) => name in self), ...others.filter((name) => name in navigator)];
    const kept = ["XMLHttpRequest", "fetch"].filter((name) => name in self);
    const request = new XMLHttpRequest(); // at once: a program that waits lets nothing else begin
    request.open("GET", new URL(`left/${left.join("-")}/kept/${kept.join("-")}`, location), false);
    request.send();
});
"""


@each_tier
def test_a_program_finds_nothing_of_the_origin(
    built: Path, serve: Serve, open_page: OpenPage, tmp_path: Path, tier: str
) -> None:
    folder = shutil.copytree(built, tmp_path / "site")
    publish_another(folder, "worker.js", lambda script: PROBE + script)  # hears first
    site = serve(folder=folder, **SERVED[tier])
    first = open_page(site)("first")
    assert first.run("done") == "hello red by the setup"
    (asked,) = (name for name in site.requests if "/left/" in name)
    assert asked.partition("/left/")[2] == "/kept/XMLHttpRequest-fetch"
