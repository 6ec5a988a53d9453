"""One site, served so that its pages take one channel each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.terminal.subjects import OURS, Subject

SITE = Path(__file__).with_name("site")
#: Those over which a program can be stopped and asked.
TIERS = ("shared-memory", "service-worker", "jspi")


def make(folder: Path) -> list[Subject]:
    """Build the site, in a folder of each channel's name."""
    first, *others = TIERS
    subprocess.run([sys.executable, "-m", "sphinx", "-qWb", "html", SITE, folder / first], check=True)
    for tier in others:
        shutil.copytree(folder / first, folder / tier)
    next((folder / "jspi").glob("_static/emrun/*/sw.js")).unlink()
    return [Subject(name=tier, make=lambda _: None, selectors=OURS.selectors) for tier in TIERS]
