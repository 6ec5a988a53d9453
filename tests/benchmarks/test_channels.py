"""That the benchmark runs, and measures what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIERS = ("shared-memory", "service-worker", "jspi")


@pytest.mark.browser
@pytest.mark.xdist_group("benchmarks")
def test_channels(tmp_path: Path) -> None:
    file = tmp_path / "channels.json"
    command = [sys.executable, "-m", "benchmarks.channels", "--samples", "1", "--browsers", "chromium"]
    done = subprocess.run(
        [*command, "--cases", "stop-loop", "input", "work", "--json", file],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    samples = json.loads(file.read_text("utf-8"))["samples"]
    assert {one["outcome"] for one in samples} == {"ok"}
    seen = {(one["subject"], one["case"]) for one in samples}
    assert seen == {(tier, case) for tier in TIERS for case in ("stop-loop", "input", "work")}
    assert done.stdout.count("  overhead  ") == len(TIERS)
