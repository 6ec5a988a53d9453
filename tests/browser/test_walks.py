"""Random presses and keys: afterwards every block can be run. `soak.py` goes on for longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import each_tier
from .walk import Walk

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .conftest import Blocks

#: How long one walk lasts, in seconds.
SECONDS = 6


@each_tier
@pytest.mark.parametrize("seed", [1, 2])
def test_after_random_presses_every_block_runs(block: Blocks, page: Page, seed: int) -> None:
    walk = Walk(page, seed)
    walk.go(SECONDS)
    walk.settle()
    walk.expect_to_run(block("first").element, "hello red by the setup")
    walk.expect_to_run(block("elsewhere").element, "False")
