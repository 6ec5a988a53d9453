"""One site, served so that its pages take one channel each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.terminal.subjects import OURS, Subject

SITE = Path(__file__).with_name("site")
TIERS = ("shared-memory", "service-worker", "jspi", "restart")
#: Nothing is looked for, and nothing can be stopped or asked.
NEVER_LOOKS = "restart"
WITHOUT_STACK_SWITCHING = "<head><script>delete WebAssembly.Suspending</script>"


def make(folder: Path) -> list[Subject]:
    """Build the site, in a folder of each channel's name."""
    first, *others = TIERS
    subprocess.run([sys.executable, "-m", "sphinx", "-qWb", "html", SITE, folder / first], check=True)
    for tier in others:
        shutil.copytree(folder / first, folder / tier)
    for tier in ("jspi", "restart"):
        next((folder / tier).glob("_static/emrun/*/sw.js")).unlink()
    page = folder / "restart" / "index.html"
    page.write_text(page.read_text("utf-8").replace("<head>", WITHOUT_STACK_SWITCHING), "utf-8")
    return [Subject(name=tier, make=lambda _: None, selectors=OURS.selectors) for tier in TIERS]
