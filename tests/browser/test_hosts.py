"""The same site on every kind of host, in frames, and from a file: it runs, or the block says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import ENDED, OTHER_SITE, PATIENCE, build_live
from .editions import publish_another
from .hosts import HOSTS, Host, python_http_server

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

    from tests.shared import Shared

    from .conftest import OpenPage, Serve

HELLO = "hello red by the setup"


@pytest.fixture(scope="session")
def with_headers(shared: Shared) -> Path:
    """The site of tests/roots/test-live, with a `_headers` file."""
    return build_live(shared, "emrun_host_headers=1")


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_it_runs_on(host: Host, with_headers: Path, open_page: OpenPage) -> None:
    with host.serving(with_headers) as site:
        first = open_page(site)("first")
        assert first.run("done") == HELLO
        tier = "shared-memory" if host.obeys else "service-worker"
        expect(first.element).to_have_attribute("data-emrun-tier", tier)


def test_it_runs_on_pythons_own_server(built: Path, page: Page) -> None:
    with python_http_server(built) as url:
        page.goto(url)
        runs(page.locator(".emrun:has(#first)"))


def test_versions_live_side_by_side(built: Path, open_page: OpenPage, tmp_path: Path) -> None:
    for version in ("v1.1", "v1.2"):
        (tmp_path / "en" / version).parent.mkdir(exist_ok=True)
        (tmp_path / "en" / version).symlink_to(built)
    with Host(name="versions", prefix="/project/").serving(tmp_path) as site:
        for version in ("v1.2", "v1.1"):
            site.requests.clear()
            assert open_page(site, f"en/{version}/index.html")("first").run("done") == HELLO
            others = [name for name in site.requests if not name.startswith(f"en/{version}/")]
            # Browsers look by themselves whether a service worker has changed.
            assert [name for name in others if not name.endswith("/sw.js")] == []


def test_it_runs_in_a_frame_on_another_site(serve: Serve, page: Page, tmp_path: Path) -> None:
    inner = serve({})
    runs(framed(page, tmp_path, inner.url, serve).locator(".emrun:has(#first)"))


def test_a_sandboxed_frame_is_said(serve: Serve, page: Page, tmp_path: Path) -> None:
    inner = serve({})
    block = framed(page, tmp_path, inner.url, serve, 'sandbox="allow-scripts"').locator(".emrun:has(#first)")
    expect(block.get_by_role("status")).to_contain_text("Open the page by itself")
    expect(block.get_by_role("button")).to_have_count(0)


def framed(page: Page, folder: Path, url: str, serve: Serve, attributes: str = "") -> FrameLocator:
    """A page of another site, with a frame that shows `url`."""
    frame = f"<iframe width='900' height='600' src='{url}' {attributes}></iframe>"
    (folder / "index.html").write_text(f"<!DOCTYPE html>{frame}")
    outer = serve({}, folder=folder)
    outer.headers.clear()
    page.goto(outer.url.replace("127.0.0.1", OTHER_SITE))
    return page.frame_locator("iframe")


def runs(block: Locator) -> None:
    """Press Run, and look for what the first block prints."""
    # In Firefox, neither Playwright's mouse nor its keyboard reaches into a frame of another site.
    block.get_by_role("button", name="Run", exact=True).dispatch_event("click")
    expect(block).to_have_attribute("data-emrun-state", ENDED, timeout=PATIENCE)
    expect(block.locator(".emrun-transcript")).to_contain_text(HELLO)


def test_from_a_file_the_block_says_what_to_do(built: Path, page: Page) -> None:
    page.goto((built / "index.html").as_uri())
    block = page.locator(".emrun:has(#first)")
    expect(block.get_by_role("status")).to_contain_text("python -m http.server")
    expect(block.get_by_role("button")).to_have_count(0)
    expect(block.locator("pre").first).to_contain_text("prepared")


@pytest.mark.parametrize("missing", ["WebAssembly", "DecompressionStream"])
def test_a_browser_that_is_too_old_is_told_so(
    serve: Serve, open_page: OpenPage, page: Page, missing: str
) -> None:
    page.add_init_script(f"delete globalThis.{missing}")
    first = open_page(serve())("first")
    expect(first.status).to_contain_text(f"it has no {missing}. A current Firefox")
    expect(first.element.get_by_role("button")).to_have_count(0)


def test_a_browser_that_cannot_parse_the_scripts_is_told_so(
    built: Path, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(built, folder)
    publish_another(folder, "main.js", lambda _: "class { static from-the-future }")
    first = open_page(serve(folder=folder), fails=True)("first")
    expect(first.status).to_contain_text("does not understand the scripts that run Python")


def test_scripts_that_are_missing_are_said(serve: Serve, open_page: OpenPage) -> None:
    site = serve()
    site.broken["main.js"] = 404
    first = open_page(site, fails=True)("first")
    expect(first.status).to_contain_text("Reload the page to try again")


def test_over_plain_http_from_elsewhere_it_runs(serve: Serve, page: Page) -> None:
    page.goto(serve().url.replace("127.0.0.1", OTHER_SITE))
    assert not page.evaluate("isSecureContext")
    first = page.locator(".emrun:has(#first)")
    runs(first)
    expect(first).to_have_attribute("data-emrun-tier", "jspi")
