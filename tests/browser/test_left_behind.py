"""Whatever a program does to its process, the prompt and the next block work; the process is the reader's."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import ENGINES, SERVED, Block
from .test_crash import edit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from .conftest import Blocks, Serve

CASES = Path(__file__).parents[1] / "cases" / "left_behind.toml"
#: Node runs all programs. Of these, each runs in one engine over one channel, too.
PROGRAMS = [
    case
    for number, case in enumerate(tomllib.loads(CASES.read_text(encoding="utf-8"))["program"])
    if case.get("page", number % 2 == 0)
]
TIERS = ("shared-memory", "service-worker")
#: What depends on where a reader is.
READERS = {"Asia/Kolkata": "de-DE", "Europe/Berlin": "ru-RU", "America/St_Johns": "en-CA"}
ASKED = """
import datetime, locale, os, time
print(time.tzname, time.timezone, time.altzone, time.daylight, time.strftime("%Z %z", time.localtime(0)))
print([datetime.datetime(2026, month, 1).astimezone().isoformat() for month in (1, 7)], os.cpu_count())
print([datetime.datetime(2026, month, 1).astimezone().tzname() for month in (1, 7)])
print(time.mktime((2026, 7, 1, 0, 0, 0, 0, 0, -1)))
print(sorted(os.environ.items()), locale.getlocale(), locale.localeconv()["decimal_point"], os.uname())
"""


@pytest.mark.parametrize(
    ("case", "tier"),
    [
        pytest.param(case, tier, id=f"{case['name']}-{tier}", marks=engine)
        for case, (tier, engine) in zip(
            PROGRAMS, itertools.cycle(itertools.product(TIERS, ENGINES)), strict=False
        )
    ],
    indirect=["tier"],
)
def test_a_program_that_changes_its_process(block: Blocks, case: dict[str, Any]) -> None:
    first, second = block("first"), block("second")
    edit(first, "kept = 41\n" + case["source"])
    assert case.get("shows", "").strip() in first.run(case.get("state", case.get("outcome", "done")))
    first.expect_text(re.compile(r">>> $"))
    first.type(case.get("types", "kept + 1"))
    first.expect_text(re.compile(re.escape(case.get("answers", "42")) + r"\n+>>> $"))
    assert "_emrun" not in first.text
    edit(second, case.get("next", "print(kept)"))
    assert case.get("prints", "41").strip() in second.run(case.get("next_outcome", "done"))


@pytest.mark.parametrize("zone", READERS)
def test_a_restored_interpreter_is_its_readers(
    serve: Serve, browser: Browser, browser_name: str, zone: str
) -> None:
    context = browser.new_context(timezone_id=zone, locale=READERS[zone])
    said = [
        answered(context.new_page(), serve(**SERVED["shared-memory"], **broken))
        for broken in ({}, {"broken": {"snapshot.bin": 404}})
    ]
    context.close()
    assert said[0] == said[1]
    assert re.match(r"\('UTC[+-](0530|0100|0330)', ", said[0])
    assert "('en_US', 'UTF-8')" in said[0]


def answered(page: Page, site: Any) -> str:
    """What a block prints of its reader."""
    page.goto(site.url)
    first = Block(page, "first")
    edit(first, ASKED)
    return first.run("done")
