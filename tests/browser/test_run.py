"""What a reader does with a block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import Held, each_tier, each_waiting_page, each_waiting_tier

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .conftest import Blocks, OpenPage, Serve


@each_waiting_tier
def test_run_prints_and_ends_in_a_prompt_of_the_same_namespace(block: Blocks, tier: str) -> None:
    first = block("first")
    assert first.run("done") == "hello red by the setup"
    expect(first.element).to_have_attribute("data-emrun-tier", tier)
    first.type("x + 1")
    first.expect_text(re.compile(r">>> x \+ 1\n42\n>>> $"))
    first.expect_state("done")


@each_waiting_tier
def test_blocks_of_a_session_share_variables_and_the_prompt_moves(block: Blocks) -> None:
    first, second = block("first"), block("second")
    first.run("done")
    assert second.run("done") == "42"
    expect(first.terminal.locator(".xterm")).to_have_count(0)
    expect(first.terminal).to_have_text("hello red by the setup")
    expect(second.terminal.locator(".xterm")).to_have_count(1)
    assert second.run("done") == "43"


@each_waiting_tier
def test_output_streams_as_it_is_written(block: Blocks) -> None:
    stream = block("stream")
    stream.element.evaluate(
        """(element) => { const log = element.querySelector(".emrun-transcript"); window.seen = [];
        const note = () => element.dataset.emrunState === "running" && window.seen.push(log.textContent);
        new MutationObserver(note).observe(log, { childList: true, characterData: true, subtree: true }); }"""
    )
    assert stream.run("done") == "3"
    seen = stream.page.evaluate("window.seen")
    assert set(seen) >= {"0", "1", "2"}, seen


@each_waiting_tier
def test_input_waits_echoes_and_edits(block: Blocks, page: Page) -> None:
    ask = block("ask")
    assert ask.run("input") == "Your name? "
    ask.terminal.click()
    page.keyboard.type("Adx")
    ask.expect_text("Your name? Adx")
    page.keyboard.press("Backspace")
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    ask.expect_state("done")
    assert ask.text == "Your name? Ada\nHello Ada"


@each_waiting_tier
def test_end_of_file(block: Blocks, page: Page) -> None:
    ask = block("ask")
    ask.run("input")
    ask.terminal.click()
    page.keyboard.press("Control+d")
    ask.expect_state("error")
    assert ask.text.endswith("EOFError")


@each_waiting_page
@pytest.mark.parametrize("place", ["loop", "sleep", "ask", "flood"])
@pytest.mark.parametrize("way", ["Stop", "Control+c"])
def test_a_stop_raises_keyboard_interrupt_and_keeps_the_variables(
    used_block: Blocks, place: str, way: str
) -> None:
    used_block("first").run("done")
    busy = used_block(place)
    busy.run("input" if place == "ask" else "running")
    if way == "Stop":
        busy.button("Stop").click()
    else:
        busy.terminal.click()
        busy.page.keyboard.press(way)
    busy.expect_state("stopped")
    busy.expect_text("KeyboardInterrupt")
    assert used_block("second").run("done") == "42"


def test_an_exception_shows_pythons_own_traceback(block: Blocks) -> None:
    error = block("error")
    assert error.run("error").split("\n") == [
        "Traceback (most recent call last):",
        '  File "<index-8>", line 3, in <module>',
        "    f()",
        "    ~^^",
        '  File "<index-8>", line 2, in f',
        "    return 1 / 0",
        "           ~~^~~",
        "ZeroDivisionError: division by zero",
    ]


def test_a_transcript_runs_as_its_statements(block: Blocks) -> None:
    transcript = block("transcript")
    recorded = transcript.element.locator(".emrun-output")
    expect(recorded).to_be_visible()
    assert transcript.run("done") == ">>> 6 * 7\n42\n>>> for i in range(2):\n...     print(i)\n0\n1"
    expect(recorded).to_be_hidden()


def test_isolated_blocks_and_other_sessions_see_nothing(block: Blocks) -> None:
    block("first").run("done")
    assert block("alone").run("done") == "False"
    assert block("elsewhere").run("done") == "False"
    assert block("second").run("done") == "42"


@each_tier
def test_an_edited_block_runs_what_it_says_until_reset(block: Blocks, page: Page) -> None:
    first = block("first")
    first.button("Edit").click()
    editor = first.element.get_by_role("textbox", name="Code")
    expect(editor).to_be_focused()
    editor.fill('x = 1\nprint("edited")')
    assert first.run("done") == "edited"
    editor.press("Control+Enter")
    first.expect_state("done")
    first.button("Reset").click()
    first.expect_state("idle")
    expect(editor).to_have_count(0)
    expect(first.element.locator("pre").first).to_contain_text("hello")
    assert first.text == ""
    expect(first.terminal).to_be_hidden()
    # The variables are gone, and the setup runs again.
    assert block("second").run("error").endswith("NameError: name 'x' is not defined")
    assert first.run("done") == "hello red by the setup"


def test_readonly_blocks_cannot_be_edited(block: Blocks) -> None:
    fixed = block("fixed")
    expect(fixed.button("Edit")).to_have_count(0)
    assert fixed.run("done") == "fixed"


def test_files_are_in_the_working_directory(block: Blocks) -> None:
    assert block("data").run("done") == "some data"


@each_tier
def test_what_is_not_kept_of_a_long_output_is_said(block: Blocks) -> None:
    lines = block("lines")
    text = lines.run("done").split("\n")
    expect(lines.status).to_contain_text("only the last 5,024 lines are kept")
    assert text[-2000:] == [str(number) for number in range(4000, 6000)]
    assert "0" not in text


def test_output_is_text_never_markup(block: Blocks) -> None:
    markup = block("markup")
    text = "<b>bold</b> <img src=x onerror=alert(1)> &amp;"
    assert markup.run("done") == text
    block("first").run("done")
    expect(markup.terminal).to_have_text(text)
    expect(markup.element.locator("b, img")).to_have_count(0)


def test_an_empty_prompt(block: Blocks) -> None:
    prompt = block("repl")
    prompt.run("done")
    prompt.type("6 * 7")
    prompt.expect_text("42")


def test_what_was_typed_comes_back_after_a_reload(block: Blocks, page: Page) -> None:
    first = block("first")
    first.run("done")
    first.type("'remem' + 'bered'")
    first.expect_text("'remembered'")
    page.reload()
    first.run("done")
    first.terminal.click()
    page.keyboard.press("ArrowUp")
    first.expect_text("'remem' + 'bered'")
    page.keyboard.press("Enter")
    first.expect_text("'remembered'")


@each_tier
def test_exit_ends_the_session_and_run_starts_another(block: Blocks) -> None:
    first = block("first")
    first.run("done")
    first.type("exit()")
    expect(first.status).to_have_text("The session has ended. Run starts a new one.")
    assert block("second").run("error").endswith("NameError: name 'x' is not defined")


@each_tier
def test_a_block_waits_for_the_one_before_it_and_can_be_called_off(block: Blocks) -> None:
    loop, first, second = block("loop"), block("first"), block("second")
    loop.run("running")
    first.button("Run").click()
    second.button("Run").click()
    expect(first.status).to_have_text("Waiting for another block of this page to finish.")
    second.button("Stop").click()
    second.expect_state("stopped")
    loop.button("Stop").click()
    loop.expect_state("stopped")
    first.expect_state("done")
    second.expect_state("stopped")


@each_tier
def test_stop_while_loading(block: Blocks) -> None:
    first = block("first")
    first.run("loading")
    first.button("Stop").click()
    first.expect_state("idle")
    assert first.run("done") == "hello red by the setup"


def test_an_attempt_that_was_stopped_does_not_spoil_the_next(page: Page, block: Blocks) -> None:
    held = Held(page, "**/manifest.json")
    first = block("first")
    first.run("loading")
    first.button("Stop").click()
    first.expect_state("idle")
    first.run("loading")
    held.let_go()
    first.expect_state("done")
    assert first.text == "hello red by the setup"


@each_tier
def test_what_cannot_be_stopped_is_said_and_ended_by_a_second_stop(block: Blocks) -> None:
    stubborn = block("stubborn")
    stubborn.run("running")
    stubborn.button("Stop").click()
    expect(stubborn.status).to_contain_text("Press Stop again to restart it")
    stubborn.button("Stop").click()
    stubborn.expect_state("stopped")
    assert block("first").run("done") == "hello red by the setup"


def test_events_tell_what_happens(block: Blocks, page: Page) -> None:
    page.evaluate(
        """() => { window.seen = []; window.bytes = "";
        const listen = (name, note) => document.body.addEventListener(name, ({ detail }) => note(detail));
        listen("emrun:state", ({ state }) => window.seen.push(state));
        listen("emrun:output", ({ bytes }) => (window.bytes += new TextDecoder().decode(bytes))); }"""
    )
    block("first").run("done")
    assert page.evaluate("window.seen") == ["loading", "running", "done"]
    assert page.evaluate("window.bytes").startswith("hello \x1b[31mred\x1b[0m by the setup\r\n")


def test_two_hundred_blocks_share_one_interpreter(
    serve: Serve, open_page: OpenPage, page: Page, browser_name: str
) -> None:
    many = open_page(serve(), "many.html")
    workers: list[str] = []
    page.on("worker", lambda worker: workers.append(worker.url))
    for number in (0, 100, 199):
        assert many(f"block-{number}").run("done") == str(number)
    assert page.locator(".emrun .xterm").count() == 1
    if browser_name == "chromium":  # Firefox does not tell of workers
        assert len(workers) == 1


def test_escape_then_tab_leaves_the_terminal(block: Blocks, page: Page) -> None:
    first = block("first")
    first.run("done")
    first.terminal.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.emrun-terminal')")


def test_copy(block: Blocks, page: Page, browser_name: str) -> None:
    if browser_name == "chromium":  # Firefox asks nothing
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    block("transcript").button("Copy").click()
    expect(block("transcript").status).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "6 * 7\nfor i in range(2):\n    print(i)"


def test_a_block_that_runs_by_itself_does_when_it_is_nearly_in_view(
    serve: Serve, open_page: OpenPage, page: Page
) -> None:
    page.set_viewport_size({"width": 800, "height": 200})
    blocks = open_page(serve(), "autorun.html")
    blocks("near").expect_state("done")
    assert blocks("near").text == "ran by itself"
    blocks("far").expect_state("idle")
    blocks("far").element.scroll_into_view_if_needed()
    blocks("far").expect_state("done")
    assert blocks("far").text == "ran when it came near"


def test_hidden_code_runs_where_it_stands_once(serve: Serve, open_page: OpenPage) -> None:
    named = open_page(serve(), "tests.html")
    one, two, three = (named(name) for name in ("one", "two", "three"))
    one.run("done")
    assert two.run("done") == "one hidden"
    assert two.run("done") == "one hidden"
    assert three.run("done") == "one", "what runs in two groups is there for each"


def test_a_part_of_a_file_keeps_its_line_numbers(serve: Serve, open_page: OpenPage) -> None:
    part = open_page(serve(), "tests.html")("part")
    assert re.match(r'shown\nTraceback .*\n  File "part.py", line 4, in <module>\n', part.run("error"))
    part.button("Edit").click()
    editor = part.element.get_by_role("textbox").first
    editor.fill("1 / 0")
    assert ", line 1, in <module>" in part.run("error"), "what the reader wrote is no part of the file"


def test_files_keep_their_folders(serve: Serve, open_page: OpenPage) -> None:
    folders = open_page(serve(), "tests.html")("folders")
    lines = folders.run("done").splitlines()
    assert len(lines) == 3
    assert len(set(lines)) == 1, "the same content under three names"
