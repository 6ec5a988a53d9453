"""More output than anything could keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from .conftest import Blocks

LINES = 1_250_000
CHECK = Path(__file__).parents[1] / "terminal" / "numbered-lines.js"


def test_a_hundred_megabytes_come_whole_and_in_order(block: Blocks) -> None:
    first = block("first")
    first.page.evaluate(f"{CHECK.read_text('utf-8')}; 0")
    program = first.page.evaluate(f"NumberedLines.program({LINES})")
    first.button("Edit").click()
    first.element.get_by_role("textbox", name="Code").fill(program)
    first.element.evaluate(
        """(element, lines) => {
            window.seen = new NumberedLines();
            // What comes after them is the prompt's.
            const take = ({ detail }) => window.seen.lines < lines && window.seen.take(detail.bytes);
            element.addEventListener("emrun:output", take);
        }""",
        LINES,
    )
    first.run("done")
    first.expect_text(f"{LINES - 1:08}")
    assert first.page.evaluate("[window.seen.lines, window.seen.wrong]") == [LINES, -1]


def test_what_a_font_draws_below_its_line_is_not_cut_off(block: Blocks) -> None:
    first = block("first")
    first.run("done")
    expect(first.terminal.locator(".xterm-rows > div").first).to_have_css("overflow", "visible")
