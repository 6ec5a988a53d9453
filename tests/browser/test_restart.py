"""Where a program cannot wait for its reader: no isolation headers, no service worker, no stack switching."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from .conftest import Blocks

pytestmark = pytest.mark.parametrize("tier", ["restart"], indirect=True)


def test_output_works_and_limits_are_said(block: Blocks) -> None:
    first = block("first")
    assert first.run("done") == "hello red by the setup"
    expect(first.element).to_have_attribute("data-emrun-tier", "restart")
    expect(first.status).to_contain_text("Python cannot wait for you")
    assert block("second").run("done") == "42"


def test_input_is_asked_for_once_it_is_missing_and_nothing_runs_by_itself(block: Blocks) -> None:
    ask = block("ask")
    assert ask.run("error").endswith("EOFError")
    expect(ask.status).to_have_text(
        "The program asked for input, and there was no more: fill in the field and press Run."
    )
    field = ask.element.get_by_role("textbox", name="Input for this program, one line each")
    field.fill("Ada")
    ask.expect_state("error")
    assert ask.run("done") == "Your name? Ada\nHello Ada"
    ask.button("Reset").click()
    expect(field).to_have_count(0)


def test_a_stop_restarts_and_says_so(block: Blocks) -> None:
    for name in ("loop", "flood", "sleep"):
        busy = block(name)
        busy.run("running")
        busy.button("Stop").click()
        busy.expect_state("stopped")
        expect(busy.status).to_have_text("Python was restarted: the variables are gone.")
    assert block("first").run("done") == "hello red by the setup"
