"""The prompt as readers use it: pasting, completing, recalling, in any script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .conftest import each_tier

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .conftest import Block, Blocks

pytestmark = each_tier


@pytest.fixture
def prompt(block: Blocks, page: Page, browser_name: str) -> Block:
    """A prompt that waits."""
    if browser_name == "chromium":  # Firefox asks nothing
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first = block("first")
    first.run("done")
    first.expect_text(re.compile(">>> $"))
    first.terminal.click()
    return first


def paste(prompt: Block, text: str, shown: str | re.Pattern[str]) -> None:
    """Paste from the clipboard, and wait until the prompt shows it."""
    prompt.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    prompt.page.keyboard.press("Control+v")
    prompt.expect_text(shown)


def test_a_function_of_two_hundred_lines_is_pasted(prompt: Block, page: Page) -> None:
    body = "".join(f"    total += {number}\n" for number in range(198))
    paste(prompt, f"def pasted(total):\n{body}    return total\n", "    return total")
    page.keyboard.press("Enter")
    prompt.type("pasted(0)")
    prompt.expect_text(str(sum(range(198))))


def test_parts_of_python_that_few_programs_use_come_when_one_does(prompt: Block) -> None:
    prompt.type(r"'\u4e2d\u6587'.encode('gbk')")
    prompt.expect_text("b'\\xd6\\xd0\\xce\\xc4'\n")
    prompt.type("import sqlite3; sqlite3.connect(':memory:').execute('select 6 * 7').fetchone()")
    prompt.expect_text("\n(42,)\n")


def test_an_indented_block_is_pasted_with_secondary_prompts(prompt: Block, page: Page) -> None:
    paste(
        prompt,
        "for number in range(2):\n    if number:\n        print('number', number)\n",
        "...         print('number'",
    )
    page.keyboard.press("Enter")
    prompt.expect_text(re.compile(r"\nnumber 1\n"))


def test_a_transcript_is_pasted_as_what_was_typed(prompt: Block, page: Page) -> None:
    paste(
        prompt, ">>> def double(x):\n...     return 2 * x\n...\n>>> double(21)\n42 and more\n", "double(21)"
    )
    page.keyboard.press("Enter")
    prompt.expect_text(re.compile(r"\n42\n>>> $"))


def test_an_expression_that_ends_in_a_letter(prompt: Block) -> None:
    prompt.type("x")
    prompt.expect_text(re.compile(r">>> x\n41\n>>> $"))


def test_enter_indents_after_a_colon(prompt: Block, page: Page) -> None:
    prompt.type("for letter in 'ab':")
    prompt.expect_text(re.compile(r"\n\.\.\. +$"))
    prompt.type("print(letter * 3)")
    page.keyboard.press("Enter")
    prompt.expect_text(re.compile(r"\naaa\nbbb\n>>> $"))


def test_tab_completes_names_attributes_and_imports(prompt: Block, page: Page) -> None:
    for typed, completed in [
        ("prep", "prepared"),
        ("import datac", "dataclasses"),
        ("prepared.isalp", "isalpha"),
    ]:
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
        prompt.expect_text(completed)
        page.keyboard.press("Control+c")
        prompt.expect_text(re.compile(r"KeyboardInterrupt\n>>> $"))


def test_arrows_recall_and_edit_several_lines(prompt: Block, page: Page) -> None:
    prompt.type("def f():")
    prompt.type("return 'before'")
    page.keyboard.press("Enter")
    prompt.expect_text(re.compile(r">>> $"))
    page.keyboard.press("ArrowUp")
    prompt.expect_text(re.compile(r"return 'before'(.|\n)*return 'before'"))
    page.keyboard.press("Control+c")
    prompt.type("f()")
    prompt.expect_text(re.compile(r"\n'before'\n>>> $"))


def test_text_in_any_script(prompt: Block, page: Page) -> None:
    for number, text in enumerate(("日本語", "😀👩‍👩‍👧", "e\u0301a\u0308", "שלום", "naïve"), 1):
        shown = re.compile(rf"(len\((.|\n)*ascii\((.|\n)*){{{number}}}")
        paste(prompt, f"len('{text}'), ascii('{text}')", shown)
        page.keyboard.press("Enter")
        prompt.expect_text(repr((len(text), ascii(text))))


def test_underscore_is_the_last_value(prompt: Block) -> None:
    prompt.type("6 * 7")
    prompt.type("_ + 1")
    prompt.expect_text(re.compile(r"\n43\n>>> $"))


def test_function_keys_are_the_prompts_not_the_browsers(prompt: Block, page: Page) -> None:
    page.keyboard.press("F1")
    prompt.expect_text("help> ")
    prompt.type("q")
    prompt.expect_text(re.compile(r"leaving help(.|\n)*>>> $"))
    page.keyboard.press("F3")
    prompt.expect_text(re.compile(r"\(paste\) $"))
    page.keyboard.press("F3")
    prompt.type("6 * 7")
    prompt.expect_text(re.compile(r"\n42\n>>> $"))
    page.keyboard.press("F2")
    prompt.expect_text(re.compile(r"\n42\n>>> 6 \* 7\n>>> *$"))
