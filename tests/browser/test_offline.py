"""Once a run was complete, the next needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import build_live
from .hosts import PAGES

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.shared import Shared

    from .conftest import OpenPage, Serve

HELLO = "hello red by the setup"
KEPT = (".wasm", ".bin", ".zip")


def test_a_second_run_works_without_a_network(
    built: Path, open_page: OpenPage, page: Page, browser_name: str
) -> None:
    with PAGES.serving(built) as site:
        open_page(site, "many.html")
        block = open_page(site)
        assert block("first").run("done") == HELLO
        site.gone = True
        site.requests.clear()
        block("crash").run("crashed")
        assert block("first").run("done") == HELLO
        if browser_name == "chromium":  # Playwright has Firefox open nothing then, not even from its cache
            page.context.set_offline(True)
            assert open_page(site, "many.html")("block-0").run("done") == "0"
        assert site.requests == []


@pytest.fixture(scope="session")
def keeping(shared: Shared) -> Path:
    """The site of tests/roots/test-live, with a cache of its own."""
    return build_live(shared, "emrun_offline=1")


def test_a_site_can_keep_what_python_starts_from(
    serve: Serve, open_page: OpenPage, page: Page, keeping: Path
) -> None:
    site = serve(folder=keeping)
    site.headers["Cache-Control"] = "no-store"
    assert open_page(site)("first").run("done") == HELLO
    site.requests.clear()
    assert open_page(site)("first").run("done") == HELLO
    assert [name for name in site.requests if name.endswith(KEPT)] == []
    # What is kept is checked, and an older version's is dropped.
    page.evaluate(
        """async () => {
        const [name] = await caches.keys();
        await (await caches.open(name.replace(/[^/]*\\/$/, "older/"))).put("x", new Response("x"));
        const kept = await caches.open(name);
        const url = (await kept.keys()).map(({ url }) => url).find((url) => url.endsWith(".zip"));
        await kept.put(url, new Response("broken")); }"""
    )
    assert open_page(site)("first").run("done") == HELLO
    assert [name.rpartition("/")[2] for name in site.requests if name.endswith(KEPT)] == ["stdlib.zip"]
    assert len(page.evaluate("caches.keys()")) == 1
