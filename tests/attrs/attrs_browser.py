"""Presses Run on every block of a built site, in Chromium, and reads what the block prints."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Playwright

CHROMIUM = shutil.which("chromium")  # where there is none, Playwright looks for its own
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 120_000  # milliseconds for one block, the start of its interpreter included
ENDED = "b => ['done', 'error', 'stopped', 'crashed'].includes(b.dataset.emrunState)"


@dataclass(frozen=True)
class Run:
    """One block after its run: its place, the source on the page, and the session's transcript of it."""

    page: str
    block: str
    state: str
    source: str
    transcript: str


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve ``site`` as ``sphinx-emrun serve`` does; gives its URL."""
    command = [sys.executable, "-u", "-m", "sphinx_emrun", "serve", str(site), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        match = re.search(r" at (http\S+)", server.stdout.readline())
        try:
            if match is None:
                raise RuntimeError(f"{' '.join(command)} did not say where it serves.")
            yield match[1]
        finally:
            server.terminate()


def run_site(site: Path, playwright: Playwright) -> Iterator[Run]:
    """Run every transcript of every page that holds one, page by page and in the page's order."""
    pages = sorted(
        path for path in site.rglob("*.html") if 'data-emrun-kind="transcript"' in path.read_text("utf-8")
    )
    with served(site) as url:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for path in pages:
            name = path.relative_to(site).as_posix()
            page = browser.new_page()
            page.goto(f"{url}{name}")
            yield from run_page(page, name)
            page.close()
        browser.close()


def run_page(page: Page, name: str) -> Iterator[Run]:
    """Press Run on each transcript of an open page, one after the other."""
    for block in page.locator('.emrun[data-emrun-kind="transcript"]').all():
        handle = block.element_handle()
        block.locator('[data-emrun-action="run"]').click()
        page.wait_for_function(
            f"b => b.dataset.emrunState !== 'idle' && ({ENDED})(b)", arg=handle, timeout=PATIENCE
        )
        yield Run(
            page=name,
            block=str(block.get_attribute("id")),
            state=str(block.get_attribute("data-emrun-state")),
            source=str(block.get_attribute("data-emrun-source")),
            transcript=str(block.locator(".emrun-transcript").text_content()),
        )
