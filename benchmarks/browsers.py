"""Debian's browsers, as they are, driven by Playwright."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "firefox")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NotInstalledError(Exception):
    """A browser is missing; the message is one sentence for the person who asked for it."""


def launch(playwright: Playwright, name: str) -> Browser:
    """Start one of ``NAMES``, headless. Raises NotInstalledError."""
    if name == "firefox":  # stock Firefox is driven by WebDriver BiDi: this channel with this path
        path = _found("firefox-esr", "firefox")
        return playwright.firefox.launch(channel="moz-firefox", executable_path=path)
    return playwright.chromium.launch(executable_path=_found("chromium"), args=CHROMIUM_ARGUMENTS)


def _found(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise NotInstalledError(f"{names[0]} is not installed: `python3 dev.py test` installs it.")
    return found
