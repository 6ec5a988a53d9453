"""That the benchmark runs, and measures what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.browser
@pytest.mark.xdist_group("benchmarks")
def test_startup(tmp_path: Path) -> None:
    file = tmp_path / "startup.json"
    command = [sys.executable, "-m", "benchmarks.startup", "--rounds", "1", "--browsers", "chromium"]
    command += ["--subjects", "sphinx-emrun", "loadPyodide", "floor", "--programs", "empty"]
    command += ["--networks", "localhost", "20Mbit", "--json", str(file)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    visits = json.loads(file.read_text("utf-8"))["visits"]
    seen = {(visit["network"], visit["cache"], visit["subject"]): visit for visit in visits}
    assert len(seen) == len(visits) == 12
    for (network, cache, name), visit in seen.items():
        assert re.search(rf"chromium +{network} +{cache} +empty +{name}", done.stdout)
        assert visit["milliseconds"] > 0
        assert visit["memory"] > 1_000_000
        assert visit["run"]["bytes"] > 3_000_000 if cache == "cold" else visit["run"]["bytes"] == 0
        # Cold, the interpreter alone has to come through the network.
        if (network, cache) == ("20Mbit", "cold"):
            assert visit["milliseconds"] > 8 * 3_500_000 / 20e6 * 1000
        assert (visit["prompt"] is None) == (name != "sphinx-emrun")
    steps = seen["localhost", "warm", "sphinx-emrun"]["steps"]
    assert {"manifest", "thread", "compile", "instantiate", "inflate", "restore", "attach"} <= steps.keys()
    assert all(begin <= end for begin, end in steps.values())
    # The WebAssembly alone has more than that: the server compresses it.
    assert seen["localhost", "cold", "loadPyodide"]["run"]["bytes"] < 9_000_000
