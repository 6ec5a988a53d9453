"""That the benchmark runs, and measures what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.browser
def test_startup(tmp_path: Path) -> None:
    file = tmp_path / "startup.json"
    command = [sys.executable, "-m", "benchmarks.startup", "--rounds", "1", "--browsers", "chromium"]
    done = subprocess.run(
        [*command, "--json", file], cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    visits = json.loads(file.read_text("utf-8"))["visits"]
    seen = {(visit["cache"], visit["subject"]): visit for visit in visits}
    assert set(seen) == {
        (cache, name) for cache in ("cold", "warm") for name in ("sphinx-emrun", "loadPyodide")
    }
    for (cache, name), visit in seen.items():
        assert f"chromium  {cache}   {name}" in done.stdout
        assert visit["milliseconds"] > 0
        assert visit["run"]["bytes"] > 3_000_000 if cache == "cold" else visit["run"]["bytes"] == 0
    # The WebAssembly alone has more than that: the server compresses it.
    assert seen["cold", "loadPyodide"]["run"]["bytes"] < 9_000_000
