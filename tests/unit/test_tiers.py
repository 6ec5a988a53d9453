"""The table of what differs between the channels."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_made_of_the_table() -> None:
    page = runpy.run_path(str(DOCS / "tiers.py"))["page"]
    assert (DOCS / "tiers.md").read_text("utf-8") == page((DOCS / "tiers.toml").read_text("utf-8"))
