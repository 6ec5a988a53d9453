"""Makes tiers.md of tiers.toml: `python docs/tiers.py`."""

from __future__ import annotations

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent
HEAD = """# How Python and the page speak to each other

A program that waits for its reader has to be able to wait. How it can depends on the page's headers and on
the reader's browser, so there are four ways; a block takes the first that works, and says which in its
attribute `data-emrun-tier` and, in words, when one points at its buttons. Nothing has to be set up, and no
page is ever reloaded or changed: the service worker's scope is our own folder.

"""


def page(data: str) -> str:
    """The page as MyST, from the text of tiers.toml."""
    read = tomllib.loads(data)
    tiers = read["tiers"]
    rows = [["", *(f"`{tier}`" for tier in tiers)], ["---"] * (len(tiers) + 1)]
    rows += [[row["what"], *(row[tier] for tier in tiers)] for row in read["row"]]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    (FOLDER / "tiers.md").write_text(page((FOLDER / "tiers.toml").read_text("utf-8")), encoding="utf-8")
