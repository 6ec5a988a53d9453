"""Pages that are isolated by other means than every file's headers, beside pages of the site that are not."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from .conftest import PATIENCE, Block
from .server import ISOLATION

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from .conftest import Serve
    from .server import Site

#: Looks for the script that the worker of an isolated page has.
FETCH_WORKER = """async () => {
  const { src } = document.querySelector("script[src*='/emrun/']");
  return (await fetch(new URL("worker.js", src))).status;
}"""
HELLO = "hello red by the setup"
Tier = Literal["shared-memory", "service-worker"]
#: A service worker at the site's root that adds the headers, as coi-serviceworker does; or that answers from
#: what it kept of earlier answers, whatever their headers were.
WORKERS = {
    "isolating.js": """
        addEventListener("install", () => skipWaiting());
        addEventListener("activate", (event) => event.waitUntil(clients.claim()));
        addEventListener("fetch", (event) => {
          if (event.request.cache === "only-if-cached" && event.request.mode !== "same-origin") return;
          event.respondWith(fetch(event.request).then(({ status, statusText, headers, body }) => {
            const all = new Headers(headers);
            all.set("Cross-Origin-Embedder-Policy", "POLICY");
            all.set("Cross-Origin-Opener-Policy", "same-origin");
            return new Response(status === 304 ? null : body, { status, statusText, headers: all });
          }));
        });""",
    "keeping.js": """
        addEventListener("install", () => skipWaiting());
        addEventListener("activate", (event) => event.waitUntil(clients.claim()));
        addEventListener("fetch", (event) => event.respondWith((async () => {
          const kept = await caches.open("site"), { request } = event;
          if (request.mode === "navigate") return fetch(request);
          const found = await kept.match(request);
          if (found) return found;
          const response = await fetch(request);
          if (response.ok) await kept.put(request, response.clone());
          return response;
        })()));""",
}


@pytest.fixture
def site(built: Path, serve: Serve, tmp_path: Path) -> Site:
    """The site without headers of isolation, and with service workers at its root that it may register."""
    folder = shutil.copytree(built, tmp_path / "site")
    for name, script in WORKERS.items():
        (folder / name).write_text(script.replace("POLICY", "require-corp"))
    (folder / "credentialless.js").write_text(WORKERS["isolating.js"].replace("POLICY", "credentialless"))
    return serve({}, folder=folder)


def register(page: Page, script: str) -> None:
    """Register a service worker of the site's; it controls the page once that is loaded again."""
    page.evaluate("async (script) => (await navigator.serviceWorker.register(script)) && 0", script)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()


def unregister(page: Page) -> None:
    """Forget the one at the root."""
    page.evaluate(
        "async () => void (await (await navigator.serviceWorker.getRegistration('/')).unregister())"
    )
    page.reload()


def runs(page: Page, tier: Tier) -> None:
    """The first block runs, over this channel."""
    first = Block(page, "first")
    assert first.run("done") == HELLO
    expect(first.element).to_have_attribute("data-emrun-tier", tier)
    # The interpreter after it, too: its thread is another.
    first.button("Reset").click()
    loop = Block(page, "loop")
    loop.run("running")
    loop.button("Reset").click()
    assert first.run("done") == HELLO


@pytest.mark.parametrize("script", ["isolating.js", "credentialless.js"])
def test_isolated_by_a_service_worker_before_and_after(site: Site, page: Page, script: str) -> None:
    page.goto(site.url)
    runs(page, "service-worker")
    register(page, script)
    assert page.evaluate("crossOriginIsolated")
    runs(page, "shared-memory")
    page.reload()
    runs(page, "shared-memory")
    unregister(page)
    runs(page, "service-worker")


def test_plain_and_isolated_pages_at_once(site: Site, page: Page) -> None:
    plain = page.context.new_page()
    plain.goto(site.url)
    ask = Block(plain, "ask")
    ask.run("input")
    page.goto(site.url)
    register(page, "isolating.js")
    runs(page, "shared-memory")
    ask.type("Ada")
    ask.expect_state("done")
    assert ask.text == "Your name? Ada\nHello Ada"
    runs(plain, "service-worker")
    runs(page, "shared-memory")


@pytest.mark.parametrize("order", ["plain first", "isolated first"])
def test_isolated_by_headers_on_some_pages(site: Site, page: Page, order: str) -> None:
    """Those pages' worker comes without the headers: its script is taken from the page's memory."""
    del site.headers["Content-Security-Policy"]
    site.rules = lambda name: ISOLATION if name == "many.html" else {}
    visits = [("index.html", "first", "service-worker"), ("many.html", "block-0", "shared-memory")]
    for path, name, tier in visits if order == "plain first" else visits[::-1]:
        page.goto(site.url + path)
        block = Block(page, name)
        block.run("done")
        expect(block.element).to_have_attribute("data-emrun-tier", tier)


def test_a_worker_without_headers_under_a_strict_policy_is_said(site: Site, page: Page) -> None:
    site.rules = lambda name: ISOLATION if name == "index.html" else {}
    page.goto(site.url)
    first = Block(page, "first")
    first.run("crashed")
    said = re.compile("this page is isolated, and the server sends worker.js without .*Embedder-Policy")
    expect(first.status).to_contain_text(said, timeout=PATIENCE)


def test_a_copy_that_is_older_than_the_isolation(site: Site, page: Page) -> None:
    """A service worker of the site's answers with it, and so may the browser's own cache."""
    del site.headers["Content-Security-Policy"]
    site.headers["Cache-Control"] = "max-age=31536000, immutable"
    site.rules = lambda name: {"Cache-Control": "no-store"} if name.endswith(".html") else {}
    page.goto(site.url)
    register(page, "keeping.js")
    runs(page, "service-worker")
    page.evaluate(FETCH_WORKER)
    site.headers |= ISOLATION
    page.reload()
    assert page.evaluate("crossOriginIsolated")
    runs(page, "shared-memory")
    page.evaluate("caches.delete('site')")
    unregister(page)
    runs(page, "shared-memory")
