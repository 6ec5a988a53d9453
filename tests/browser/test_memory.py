"""What a page holds in memory, and when it lets go of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import build_live

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.shared import Shared

    from .conftest import Block, OpenPage, Serve

HIDE = """(hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
COUNT_ENDS = """() => {
    window.ends = 0;
    const { terminate } = Worker.prototype;
    Worker.prototype.terminate = function () {
        window.ends += 1;
        terminate.call(this);
    };
}"""
ASLEEP = "Python was put to sleep while this page was hidden, to free memory: the variables are gone."


@pytest.fixture(scope="session")
def sleepy(shared: Shared) -> Path:
    """The site, whose author lets hidden sessions end after ten minutes."""
    return build_live(shared, "emrun_sleep=10")


def hide(page: Page, minutes: int) -> None:
    """The reader looks at another tab for so long."""
    page.clock.install()
    page.evaluate(HIDE, True)
    page.clock.run_for(minutes * 60_000)
    page.evaluate(HIDE, False)
    page.clock.resume()


def test_a_hidden_session_sleeps_where_the_author_wants_it_and_says_so(
    serve: Serve, open_page: OpenPage, page: Page, sleepy: Path
) -> None:
    blocks = open_page(serve(folder=sleepy))
    first: Block = blocks("first")
    first.run("done")
    hide(page, 9)
    expect(first.element).not_to_contain_text(ASLEEP)
    first.type("x")
    first.expect_text("hello red by the setup\n>>> x\n41\n>>> ")
    hide(page, 11)
    expect(first.status).to_contain_text(ASLEEP)
    assert first.run("done") == "hello red by the setup"
    expect(first.element).not_to_contain_text(ASLEEP)


def test_a_session_that_waits_for_its_reader_stays(
    serve: Serve, open_page: OpenPage, page: Page, sleepy: Path
) -> None:
    ask: Block = open_page(serve(folder=sleepy))("ask")
    ask.run("input")
    hide(page, 25)
    ask.expect_state("input")
    expect(ask.element).not_to_contain_text(ASLEEP)
    ask.type("you")
    ask.expect_state("done")


def test_an_interpreter_that_nobody_used_ends(serve: Serve, open_page: OpenPage, page: Page) -> None:
    site = serve()
    first: Block = open_page(site)("first")
    page.evaluate(COUNT_ENDS)
    with page.expect_request("**/snapshot.bin"):
        first.button("Run").hover()
    page.wait_for_load_state("networkidle")
    hide(page, 6)
    page.wait_for_function("ends === 1")
    assert first.run("done") == "hello red by the setup"


def test_without_the_option_no_variable_is_lost(serve: Serve, open_page: OpenPage, page: Page) -> None:
    first: Block = open_page(serve())("first")
    first.run("done")
    hide(page, 600)
    first.type("x")
    first.expect_text("hello red by the setup\n>>> x\n41\n>>> ")
