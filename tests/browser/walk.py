"""A reader who presses and types at random; afterwards every block must run."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

BUSY = ("loading", "running", "input")
SCRIPT = (Path(__file__).with_name("walk.js")).read_text("utf-8").rstrip()
PRESS = f"(block, action) => {SCRIPT}.press(block, action)"
WALK = f"(walk) => {SCRIPT}.walk(walk)"
#: How long, in ms, Python may take to stop or to start.
PATIENCE = 60_000


class Walk:
    """Presses and keys at random."""

    def __init__(self, page: Page, seed: int) -> None:
        self._page = page
        self._seed = seed
        elements = page.locator("div.emrun")
        self.blocks = [elements.nth(number) for number in range(elements.count())]

    def go(self, seconds: float) -> int:
        """Press and type for so long; gives the number of presses."""
        return int(self._page.evaluate(WALK, {"seed": self._seed, "seconds": seconds}))

    def states(self) -> list[str]:
        """The blocks' states."""
        return [block.get_attribute("data-emrun-state") or "" for block in self.blocks]

    def settle(self) -> None:
        """Stop all that runs or waits."""
        end = time.monotonic() + PATIENCE / 1000
        while any(state in BUSY for state in self.states()):
            assert time.monotonic() < end, f"something does not stop: {self.states()}"
            for block in self.blocks:
                block.evaluate(PRESS, "stop")
            self._page.wait_for_timeout(100)

    def expect_to_run(self, block: Locator, said: str) -> None:
        """Every block can be run now: this one, as it was published, prints `said`."""
        block.evaluate(PRESS, "reset")
        assert block.evaluate(PRESS, "run"), self.states()
        expect(block).to_have_attribute("data-emrun-state", "done", timeout=PATIENCE)
        expect(block.locator(".emrun-transcript")).to_contain_text(re.compile(said))
