"""What the benchmarks' command lines share."""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.browsers import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser


def parser(package: str, description: str | None) -> argparse.ArgumentParser:
    """Of ``python -m package``, with the options that all have."""
    made = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--browsers", nargs="+", choices=NAMES, default=NAMES, help="default: all")
    made.add_argument("--json", type=Path, metavar="FILE", help="write every single measurement there")
    return made


def count(text: str) -> int:
    """An option's type: a number from 1."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)


def conditions(browsers: Mapping[str, Browser]) -> dict[str, str]:
    """Where and when is measured."""
    return {
        "browsers": ", ".join(f"{name} {browser.version}" for name, browser in browsers.items()),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "load at the start": load(),
    }


def load() -> str:
    """How many processes wanted a processor in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"
