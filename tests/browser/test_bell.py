"""Pages without isolation headers: how running Python learns, without asking much, that it is to stop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from .conftest import SERVED, Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from .conftest import Blocks, OpenPage, Serve

PLAIN = SERVED["service-worker"]
PREFIX = "sphinx-emrun-bell-"
#: Notes when the page is asked.
NOTING = """() => {
    window.questions = [performance.now()];
    navigator.serviceWorker.addEventListener("message", () => questions.push(performance.now()));
}"""
#: That a session has.
FILES = 8
#: Without a bell, Python asks every quarter of a second at least; with one, every two seconds.
WITHOUT, WITH = 250, 2000
#: It has asked nothing for so long, in ms, and will ask nothing for some time.
QUIET = f"""() => {{
    const quiet = performance.now() - questions.at(-1);
    return quiet > {2 * WITHOUT} && quiet < {3 * WITHOUT} && questions.at(-1);
}}"""
REFUSING = """
    if (isSecureContext)
      navigator.storage.getDirectory = async () => { throw new DOMException("not here", "SecurityError"); };
"""
#: For the tests: the bells' folders, and a way to make some.
HELPERS = f"""
    window.bells = async () => {{
        const names = [];
        for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
        return names.filter((name) => name.startsWith("{PREFIX}"));
    }};
    window.files = async () => {{
        const root = await navigator.storage.getDirectory(), names = [];
        for (const bell of await bells()) {{
            for await (const name of (await root.getDirectoryHandle(bell)).keys()) names.push(name);
        }}
        return names.length;
    }};
    window.leave = async (name) => {{
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle(name, {{ create: true }});
        await folder.getFileHandle("0", {{ create: true }});
    }};
"""


@pytest.fixture(autouse=True)
def _prepared(page: Page) -> Iterator[None]:
    """Pages have the helpers; and the console is the reader's."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.context.add_init_script(HELPERS)
    yield
    assert [text for text in said if "inline s" not in text] == []  # the theme's own styles


@pytest.fixture
def block(serve: Serve, open_page: OpenPage) -> Blocks:
    """The blocks of the index page."""
    return open_page(serve(**PLAIN))


def hang(first: Block) -> None:
    """Let a session have its bell: a program that runs from the start may miss it."""
    first.run("done")
    first.page.wait_for_function(f"async () => (await files()) === {FILES} * (await bells()).length")


def wait_until_quiet(page: Page) -> float:
    """Until the bell is relied on; says when the latest question came."""
    return float(page.wait_for_function(QUIET).json_value())


def expect_asked_early(page: Page, before: float) -> None:
    """The question after that of a moment came before its time."""
    after = "(before) => questions.find((asked) => asked > before) - before"
    assert page.evaluate(after, before) < 0.95 * WITH


def folders(page: Page) -> list[str]:
    """The bells' folders."""
    names = page.evaluate("bells()")
    assert isinstance(names, list)
    return names


def wait_for_folders(page: Page, count: int) -> None:
    """Until there are so many."""
    page.wait_for_function("async (count) => (await bells()).length === count", arg=count)


def test_stop_of_running_python_rings(block: Blocks, page: Page) -> None:
    loop = block("loop")
    hang(block("first"))
    loop.run("running")
    page.evaluate(NOTING)
    before = wait_until_quiet(page)
    loop.button("Stop").click()
    loop.expect_state("stopped")
    loop.expect_text("KeyboardInterrupt")
    expect_asked_early(page, before)


def test_many_stops_of_one_program_and_one_of_the_next(block: Blocks, page: Page) -> None:
    catching, loop = block("catching"), block("loop")
    hang(block("first"))
    catching.run("running")
    page.evaluate(NOTING)
    catching.terminal.click()
    for number in range(1, 11):
        before = wait_until_quiet(page) if number <= 3 else None
        page.keyboard.press("Control+c")
        catching.expect_text(f"caught {number}")
        if before is not None:
            expect_asked_early(page, before)
    catching.expect_state("done")
    loop.run("running")
    before = wait_until_quiet(page)
    loop.button("Stop").click()
    loop.expect_state("stopped")
    expect_asked_early(page, before)


def test_where_storage_is_refused_it_asks_as_ever(serve: Serve, open_page: OpenPage, page: Page) -> None:
    page.add_init_script(REFUSING)
    loop = open_page(serve(**PLAIN))("loop")
    loop.run("running")
    page.evaluate(NOTING)
    page.wait_for_function("() => questions.length > 8")
    loop.button("Stop").click()
    loop.expect_state("stopped")
    gaps = page.evaluate("questions.slice(1).map((asked, i) => asked - questions[i]).sort((a, b) => a - b)")
    assert gaps[len(gaps) // 2] < 2 * WITHOUT


def test_nothing_is_made_before_a_reader_shows_interest(block: Blocks, page: Page) -> None:
    assert folders(page) == []
    block("first").run("done")
    wait_for_folders(page, 1)


def test_nothing_stays_of_a_page_that_was_left(block: Blocks, page: Page) -> None:
    block("first").run("done")
    wait_for_folders(page, 1)
    page.goto(page.url + "many.html")
    wait_for_folders(page, 0)


def test_after_a_reload_there_are_the_new_files_alone(block: Blocks, page: Page) -> None:
    block("first").run("done")
    wait_for_folders(page, 1)
    [old] = folders(page)
    page.reload()
    block("first").run("done")
    new = "async (old) => { const [name, ...others] = await bells(); return name !== old && !others.length; }"
    page.wait_for_function(new, arg=old)


def test_a_tab_that_is_closed_takes_its_own_files_with_it(serve: Serve, page: Page) -> None:
    site = serve(**PLAIN)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(site.url)
        hang(Block(tab, "first"))
        Block(tab, "loop").run("running")
    wait_for_folders(page, 2)
    other.close()
    wait_for_folders(page, 1)
    page.evaluate(NOTING)
    before = wait_until_quiet(page)
    Block(page, "loop").button("Stop").click()
    Block(page, "loop").expect_state("stopped")
    expect_asked_early(page, before)


def test_what_a_browser_left_that_died_is_removed(block: Blocks, page: Page) -> None:
    now = round(time.time() * 1000)
    old, young = (f"{PREFIX}{now - hours * 3_600_000}-left" for hours in (25, 1))
    for name in (old, young):
        page.evaluate("(name) => leave(name)", name)
    block("first").run("done")
    page.wait_for_function("async (old) => !(await bells()).includes(old)", arg=old)
    assert young in folders(page)
