"""More output than anything could keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from .conftest import Blocks

LINES = 1_250_000
KEPT = 5024
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


def test_a_flood_leaves_what_the_terminal_keeps(block: Blocks) -> None:
    """Most of it need never be on the screen: the rest is as if it had been."""
    first = block("first")
    first.button("Edit").click()
    first.element.get_by_role("textbox", name="Code").fill(
        """
import sys
sys.stdout.write("\\x1b[31mred ")
for first in range(0, 400_000, 1000):
    sys.stdout.write("".join(f"{number:06}\\n" for number in range(first, first + 1000)))
sys.stdout.write("\\x1b[0mthe end\\n")
"""
    )
    first.run("done")
    block("second").run("error")  # takes the terminal, and leaves the text
    text = first.terminal.inner_text().split()
    lines, end = text[:-2], text[-2:]
    assert end == ["the", "end"]
    assert len(lines) in range(KEPT - 24, KEPT)  # the screen may end in empty lines
    assert lines == [f"{number:06}" for number in range(400_000 - len(lines), 400_000)]
    red = first.terminal.locator("span", has_text="399999")
    expect(red).to_have_css("color", "rgb(179, 38, 30)")


def test_what_a_program_says_to_ctrl_c_comes_whole(block: Blocks) -> None:
    first = block("first")
    first.button("Edit").click()
    first.element.get_by_role("textbox", name="Code").fill(
        """
import sys

try:
    while True:
        print("x" * 70)
except KeyboardInterrupt:
    # Ctrl-C may have come between a line and its end.
    sys.stdout.write("\\n" + "".join(f"report {number:04}\\n" for number in range(3000)))
"""
    )
    first.button("Run").click()
    expect(first.terminal.locator(".xterm-rows")).to_contain_text("x" * 70)
    first.button("Stop").click()
    first.expect_state("done")
    block("second").run("error")  # takes the terminal, and leaves the text
    lines = [line for line in first.terminal.inner_text().splitlines() if line.startswith("report")]
    assert lines == [f"report {number:04}" for number in range(3000)]


def test_what_a_font_draws_below_its_line_is_not_cut_off(block: Blocks) -> None:
    first = block("first")
    first.run("done")
    expect(first.terminal.locator(".xterm-rows > div").first).to_have_css("overflow", "visible")
