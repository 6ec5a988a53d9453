"""The example documentation: built strictly, and every example run as a reader on the tour would."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import ENDED, PATIENCE, sphinx_build

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.shared import Shared

    from .server import Site

SOURCE = Path(__file__).parents[2] / "example_docs"

# Of each page: how its blocks end, in their order, and a part of what each shows.
TOUR = {
    "index": [("done", "brew tea    |       ██████")],
    "errors": [
        ("error", "ValueError: 'a while' is no duration; write it like '1h 30min'"),
        ("error", "'bake' waits for 'knead', which is no task of this plan"),
        ("error", "Nothing to do."),
    ],
    "asynchronous": [("done", "serve is done."), ("done", "The cake tastes good.")],
    "models": [
        ("done", '{"name":"knead","duration":"PT10M","after":[]}'),
        ("done", "1 validation error for Task"),
        ("done", "start  timedelta"),
    ],
    "files": [
        ("done", "Begin 4:30:00 before breakfast."),
        ("done", "bake     2h 45min"),
        ("done", "····················  0  lift-off"),
        ("done", "····················  0  lift-off"),
    ],
    "sessions": [
        ("done", "1h 15min"),
        ("done", "eat            |"),
        ("done", "False"),
        ("done", "6h 40min there and back"),
        ("done", "This ran 1 time."),
        ("done", "chill the wine |"),
    ],
    "prompts": [
        ("done", ">>>"),
        ("done", "ZeroDivisionError: division by zero"),
        ("done", '>>> nap > parse_duration("15 min")\nTrue'),
        ("done", "water  2h 30min  2h 35min"),
        ("done", "████████████████████··········"),
    ],
    "api": [
        ("done", "datetime.timedelta(seconds=5400)"),
        ("done", "'1h 30min'"),
        ("done", "['knead', 'bake']"),
        ("done", "knead  10min"),
        ("done", "'██······'"),
    ],
}


@pytest.fixture(scope="session")
def example_site(shared: Shared) -> Path:
    return shared.make("example", lambda out: sphinx_build(shared, SOURCE, out, "-n"))


@pytest.fixture
def blocks_of(example_site: Path, serve: Callable[..., Site], page: Page) -> Callable[[str], list[Locator]]:
    """Opens a page of the site; gives its blocks."""
    site = serve(folder=example_site)

    def open_page(name: str) -> list[Locator]:
        page.goto(f"{site.url}{name}.html")
        return page.locator(".emrun").all()

    return open_page


def test_the_tour_leaves_out_no_page_with_blocks(example_site: Path) -> None:
    pages = {path.stem for path in example_site.glob("*.html") if 'class="emrun"' in path.read_text("utf-8")}
    assert pages == {*TOUR, "terminal"}


@pytest.mark.parametrize("name", TOUR)
def test_every_example_of_a_page_does_what_the_page_says(
    blocks_of: Callable[[str], list[Locator]], name: str
) -> None:
    blocks = blocks_of(name)
    assert len(blocks) == len(TOUR[name])
    for block, (state, text) in zip(blocks, TOUR[name], strict=True):
        press(block, "Run")
        expect_state(block, ENDED)
        expect_state(block, state)
        expect(block.locator(".emrun-transcript")).to_contain_text(text)


def test_the_programs_that_talk(blocks_of: Callable[[str], list[Locator]], page: Page) -> None:
    game, progress, size, loop, sleeper = blocks_of("terminal")
    press(game, "Run")
    expect_state(game, "input")
    page.keyboard.type("soon\n")
    transcript = game.locator(".emrun-transcript")
    expect(transcript).to_contain_text("'soon' is no duration")
    for minutes in range(1, 61):
        expect(transcript).to_contain_text(re.compile(rf"(Your guess: [^Y]*){{{minutes + 1}}}$|it is, after"))
        if "it is, after" in str(transcript.text_content()):
            break
        page.keyboard.type(f"{minutes}min\n")
    expect_state(game, "done")

    recorded = progress.get_by_role("group", name="Output when this page was built")
    expect(recorded.locator(".emrun-green")).to_have_text("All loaves are baked.")
    press(progress, "Run")
    expect(recorded).to_have_count(0)  # it has given way
    expect(progress.locator(".emrun-transcript")).to_contain_text(
        "████████████████████ 25/25\nAll loaves are baked."
    )
    expect_state(progress, "done")
    press(size, "Run")
    expect(size.locator(".emrun-transcript")).to_contain_text("A terminal: True")
    expect_state(size, "done")

    press(loop, "Run")
    expect_state(loop, "running")
    press(loop, "Stop")
    expect_state(loop, "stopped")
    expect(loop.locator(".emrun-transcript")).to_contain_text("KeyboardInterrupt")
    press(sleeper, "Run")
    expect(sleeper.locator(".emrun-transcript")).to_contain_text("Rising for 1 s")
    press(sleeper, "Stop")
    expect_state(sleeper, "done")
    expect(sleeper.locator(".emrun-transcript")).to_contain_text("That will do.")


def press(block: Locator, name: str) -> None:
    block.get_by_role("button", name=name, exact=True).click()


def expect_state(block: Locator, state: str | re.Pattern[str]) -> None:
    expect(block).to_have_attribute("data-emrun-state", state, timeout=PATIENCE)
