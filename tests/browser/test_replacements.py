"""What a browser does otherwise than a desktop, and packages do for it: zones, requests, links, turtles."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from .conftest import ROOTS, SERVED, sphinx_build
from .server import Damage
from .test_crash import edit

if TYPE_CHECKING:
    from tests.shared import Shared

    from .conftest import OpenPage, Serve

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def site(shared: Shared) -> Path:
    """The site of tests/roots/test-replacements."""
    return shared.make("replacements", lambda out: sphinx_build(shared, ROOTS / "test-replacements", out))


@pytest.mark.parametrize("tier", ["shared-memory", "service-worker"])
def test_time_zones_and_requests(serve: Serve, open_page: OpenPage, site: Path, tier: str) -> None:
    served = serve(folder=site, **SERVED[tier])
    block = open_page(served)
    assert block("zone").run("done").splitlines() == [
        "2026-07-01T12:00:00+02:00 True",
        "'No time zone found with key Europe/Pariss'",
    ]
    http = block("http")
    edit(http, (http.element.get_attribute("data-emrun-source") or "").replace("URL", served.url))
    shown = http.run("done").splitlines()
    assert shown[0] == "b'# Sphinx inventory version 2'"
    assert shown[1:2] == ["404"]
    assert shown[2] == str((site / "objects.inv").stat().st_size)
    assert shown[3] == "<class 'requests.exceptions.ConnectionError'>"


@pytest.mark.parametrize("tier", ["shared-memory", "service-worker", "jspi"])
def test_httpx(serve: Serve, open_page: OpenPage, site: Path, tier: str) -> None:
    served = serve(folder=site, **SERVED[tier])
    served.compressed = frozenset({"text/html"})
    served.damaged["genindex.html"] = itertools.repeat(Damage.STALLS)
    block = open_page(served)("httpx")
    edit(block, (block.element.get_attribute("data-emrun-source") or "").replace("URL", served.url))
    assert block.run("done").splitlines() == 2 * [
        "{'sent': 'ä'} seen HTTP/1.1 True",
        "True False",
        "refused ConnectError GET",
        "too slow ReadTimeout GET",
        "unsupported UnsupportedProtocol GET",
        "[200, 404] Not Found",
        "True",
    ]


def test_a_page_opens_by_a_click_alone(serve: Serve, open_page: OpenPage, site: Path, page: Page) -> None:
    link = open_page(serve(folder=site))("link")
    assert link.run("done") == "True False"
    anchors = link.element.locator(".emrun-link a")
    expect(anchors).to_have_text(["https://example.org/?a=%3Cb%3E"])
    expect(anchors).to_have_attribute("rel", "noopener noreferrer")
    assert len(page.context.pages) == 1
    link.button("Reset").click()
    expect(anchors).to_have_count(0)


def test_a_turtle_draws(serve: Serve, open_page: OpenPage, site: Path) -> None:
    turtle = open_page(serve(folder=site))("turtle")
    assert turtle.run("done") == ""
    picture = turtle.element.get_by_role("img", name="Drawing")
    expect(picture.locator("line")).to_have_count(5)
    expect(picture.locator('polygon[fill="#ffff00"]')).to_have_count(1)
    expect(picture.locator("text")).to_have_text("<b>star</b>")
    # A colour is a colour: nothing is fetched from an address.
    expect(picture.locator("rect").first).to_have_attribute("fill", "none")
    turtle.button("Reset").click()
    expect(picture).to_have_count(0)
