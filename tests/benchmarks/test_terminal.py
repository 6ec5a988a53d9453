"""That the benchmark runs, and measures what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = ("echo-busy", "stop-loop", "stop-sleep", "frames-flood")
SUBJECTS = ("sphinx-emrun", "loadPyodide")


@pytest.mark.browser
@pytest.mark.xdist_group("benchmarks")
def test_terminal(tmp_path: Path) -> None:
    file = tmp_path / "terminal.json"
    command = [sys.executable, "-m", "benchmarks.terminal", "--samples", "2", "--browsers", "chromium"]
    done = subprocess.run(
        [*command, "--cases", *CASES, "--json", file],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    samples = json.loads(file.read_text("utf-8"))["samples"]
    seen = {(one["subject"], one["case"], one["turn"]): one for one in samples}
    assert set(seen) == {(subject, case, turn) for subject in SUBJECTS for case in CASES for turn in (0, 1)}
    for case in CASES:
        assert f"chromium  {case}" in done.stdout
        for turn in (0, 1):  # by the button, then by the key
            ours = seen["sphinx-emrun", case, turn]
            assert ours["outcome"] == "ok"
            assert all(value > 0 for value in ours["values"])
    # What the peer cannot do shows that a failure is seen, and does not spoil what follows.
    assert [seen["loadPyodide", case, 1]["outcome"] for case in CASES] == ["none", "ok", "never", "ok"]
