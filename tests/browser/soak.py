"""Random walks for as long as you like: ``python -m tests.browser.soak FOLDER --seeds 1 20 --seconds 60``.

FOLDER is the built site of ``tests/roots/test-live`` (``sphinx-build tests/roots/test-live FOLDER``). Each
walk begins with a fresh page. The exit status is 1 where a block could not be run afterwards, or a script
failed.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks.browsers import launch

from .server import ISOLATION, Site
from .walk import Walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HEADERS: dict[str, dict[str, str]] = {"shared-memory": ISOLATION, "service-worker": {}}


def main() -> int:
    """Walk, and print a line for each walk."""
    cli = argparse.ArgumentParser(prog="python -m tests.browser.soak", description=__doc__)
    cli.add_argument("folder", type=Path)
    cli.add_argument("--engines", nargs="+", choices=("chromium", "firefox"), default=["chromium", "firefox"])
    cli.add_argument("--tiers", nargs="+", choices=HEADERS, default=list(HEADERS))
    cli.add_argument("--seeds", nargs=2, type=int, default=(1, 20), metavar=("FIRST", "LAST"))
    cli.add_argument("--seconds", type=float, default=60)
    options = cli.parse_args()
    failed = 0
    with sync_playwright() as playwright:
        for engine in options.engines:
            browser = launch(playwright, engine)
            for tier in options.tiers:
                site = Site(options.folder, HEADERS[tier])
                for seed in range(options.seeds[0], options.seeds[1] + 1):
                    said = walked(browser, site.url, seed, options.seconds)
                    failed += said.startswith("FAILED")
                    print(engine, tier, "seed", seed, said, flush=True)
                site.close()
            browser.close()
    return int(failed > 0)


def walked(browser: Browser, url: str, seed: int, seconds: float) -> str:
    """One walk, in words."""
    page, errors = browser.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    walk = Walk(page, seed)
    try:
        presses = walk.go(seconds)
        walk.settle()
        walk.expect_to_run(page.locator(".emrun:has(#first)"), "hello red by the setup")
    except AssertionError as problem:
        return f"FAILED: {walk.states()} {problem}"
    finally:
        page.close()
    return f"FAILED: {errors}" if errors else f"{presses} presses"


if __name__ == "__main__":
    raise SystemExit(main())
