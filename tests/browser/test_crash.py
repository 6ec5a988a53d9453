"""What ends a program that no Python code can go on from: said, and nothing runs in what is left."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from .conftest import each_waiting_tier

if TYPE_CHECKING:
    from .conftest import Block, Blocks

CASES = sorted((Path(__file__).parents[1] / "cases" / "crash").glob("*.py"))


def edit(block: Block, source: str) -> None:
    """Put `source` in the place of the block's code."""
    code = block.element.get_by_role("textbox", name="Code")
    if code.count() == 0:
        block.button("Edit").click()
    code.fill(source)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(used_block: Blocks, case: Path) -> None:
    source = case.read_text("utf-8")
    expected = {
        what: re.findall(rf"^# {what}: (.*)$", source, re.MULTILINE) for what in ("ends", "says", "shows")
    }
    first = used_block("first")
    edit(first, source)
    shown = first.run()
    first.expect_state(expected["ends"][0])
    for says in expected["says"]:
        expect(first.status).to_have_text(re.compile(f"^{re.escape(says)}"))
    for shows in expected["shows"]:
        file = first.element.get_attribute("data-emrun-filename") or ""
        lines = re.sub(r" \(\d+\)>", ">", shown).splitlines()  # a session numbers the texts of a block
        assert [line for line in lines if line.startswith(shows.replace("<example>", file))], shown


@each_waiting_tier
def test_a_crash_is_said_and_run_starts_anew(block: Blocks) -> None:
    crash, first = block("crash"), block("first")
    crash.run("crashed")
    trap = "The interpreter crashed: it was aborted \\(unreachable.*\\)\\. "
    advice = "Run starts a new one: the code stays as it is, the variables are gone."
    expect(crash.status).to_have_text(re.compile(trap + advice))
    assert "line 2 in <module>" in crash.text
    edit(crash, "kept = 'kept'\nprint(kept)")
    assert crash.run("done") == "kept"
    assert first.run("done") == "hello red by the setup"


def test_what_waits_behind_a_crash_is_not_run(block: Blocks, page: Page) -> None:
    crash, first = block("crash"), block("first")
    edit(crash, "input()\nimport os\nos.abort()")
    crash.run("input")
    first.button("Run").click()
    expect(first.status).to_contain_text("Waiting for another block")
    crash.type("")
    crash.expect_state("crashed")
    first.expect_state("stopped")
    expect(first.status).to_contain_text("a block before it ended the interpreter")
    page.set_viewport_size({"width": 500, "height": 600})  # a signal, if anybody were there
    crash.type("nobody reads this")
    assert first.run("done") == "hello red by the setup"


def test_a_crash_at_the_prompt(block: Blocks) -> None:
    first = block("first")
    first.run("done")
    first.type("import os; os._exit(5)")
    first.expect_state("crashed")
    expect(first.status).to_contain_text("The program ended the interpreter, with exit status 5.")
    assert first.run("done") == "hello red by the setup"
