"""That the benchmark runs, and measures what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_checking(tmp_path: Path) -> None:
    file = tmp_path / "checking.json"
    command = [sys.executable, "-m", "benchmarks.checking", "--rounds", "1", "--blocks", "10", "--pages", "2"]
    done = subprocess.run(
        [*command, "--json", file], cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    seconds = json.loads(file.read_text("utf-8"))["seconds"]
    assert set(seconds) == {
        f"{site} {what}" for site in ("many", "one") for what in ("doctest", "emrun", "again")
    }
    assert all(wall > 0 and busy > 0 for ((wall, busy),) in seconds.values())
    assert "10 blocks on 2 pages" in done.stdout
