"""What a screen shows, and that no output makes it large or slow."""

from __future__ import annotations

import time

import pytest

from sphinx_emrun.checking.difference import MOST_CHARACTERS, MOST_LINES, difference, shortened
from sphinx_emrun.checking.screen import BLANKS, plain, runs

MANY = 1_000_000
"""Bytes of output that are kept of a program."""
SECONDS = 15.0
"""Of the processor's. Some of these took minutes, or all of the memory."""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("10 %\r20 %\n", "20 %\n"),
        ("abc\b\bX", "aXc"),
        ("ab\x1b[3Cc", "ab   c"),
        ("abc\x1b[2GX", "aXc"),
        ("abc\r\x1b[K", ""),
        ("abc\x1b[1K", "   "),
        ("one\ntwo\x1b[A\rX", "Xne\ntwo"),
        ("one\x1b[2Bx", "one\n\n   x"),
        ("old\x1b[2Jnew", "new"),
    ],
)
def test_movements_and_erasing_are_carried_out(written: str, shown: str) -> None:
    assert plain(written) == shown


HOSTILE = {
    "far right": "\x1b[1000000000Cx",
    "far down": "\x1b[1000000000Bx",
    "far column": "\x1b[1000000000Gx",
    "digits": f"\x1b[{'9' * 5000}Cx",
    "digits of a column": f"\x1b[{'9' * 5000}Gx",
    "digits of a look": f"\x1b[{'9' * 5000}mx",
    "parameters": f"\x1b[{';' * (MANY - 10)}mx",
    "many to the right": "\x1b[9999Cx\n" * (MANY // 9),
    "many down": "\x1b[9999Bx" * (MANY // 8),
    "tabs": "\x1b[31m" + "\t" * (MANY // 4),
    "erasures": "x" * (MANY // 10) + "\x1b[1K" * (MANY * 9 // 40),
    "whole lines erased": ("x" * 1000 + "\x1b[2K") * (MANY // 1004),
    "erased far": "\x1b[100000Cx\x1b[1K" * (MANY // 15),
    "unfinished": "\x1b]" * (MANY // 2),
    "unfinished sequences": "\x1b[" + "0" * MANY,
    "up and over": ("x" * 100 + "\x1b[A\r") * (MANY // 104),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_output_is_large_or_takes_long(name: str) -> None:
    begin = time.process_time()
    text = plain(HOSTILE[name])
    pieces = runs(HOSTILE[name][:20_000])
    assert time.process_time() - begin < SECONDS
    assert len(text) <= 8 * MANY + 2 * BLANKS
    assert sum(len(piece) for piece, _ in pieces) <= 20_000 * 8 + 2 * BLANKS


def test_the_text_is_there_whatever_was_asked_for() -> None:
    assert plain("a\x1b[1000000000Cb\x1b[1000000000Bc").split() == ["ab", "c"]


@pytest.mark.parametrize(
    ("want", "got"),
    [
        ("x\n", "".join(f"{number}{'y' * 100_000}\n" for number in range(150))),
        (
            "".join(f"{number}\n" for number in range(100_000)),
            "".join(f"{-number}\n" for number in range(100_000)),
        ),
        ("a\n" * 300_000, "b\na\n" * 200_000),
        ("x" * MANY, "y" * MANY),
    ],
)
def test_a_difference_is_small_and_made_at_once(want: str, got: str) -> None:
    begin = time.process_time()
    lines = difference(want, got)
    assert time.process_time() - begin < SECONDS
    assert 0 < len(lines) <= MOST_LINES + 1
    assert max(map(len, lines)) <= MOST_CHARACTERS + 50


def test_what_differs_late_is_not_called_equal() -> None:
    same = "".join(f"{number}\n" for number in range(5000))
    assert difference(same + "a\n", same + "b\n") == ["(They differ beyond what is compared here.)"]
    assert difference("a\n", "a\n") == []


def test_long_output_is_shortened_in_its_middle() -> None:
    lines = shortened("".join(f"{number}\n" for number in range(1000))).splitlines()
    assert lines[:2] == ["0", "1"]
    assert lines[20] == "(940 more lines)"
    assert lines[-1] == "999"
    assert shortened("x" * 10_000) == "x" * MOST_CHARACTERS + " (9500 more characters)"
    assert shortened("short") == "short"
