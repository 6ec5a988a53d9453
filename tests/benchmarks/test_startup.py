"""That the benchmark runs, and measures what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from benchmarks.browsers import launch
from benchmarks.server import Server
from benchmarks.startup.measure import NETWORKS, Plan, address, measure
from benchmarks.startup.programs import PRINTED, PROGRAMS
from benchmarks.startup.subjects import Subject

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

    from benchmarks.startup.programs import Program

ROOT = Path(__file__).parents[2]
#: A page that loads another one when it is clicked, which prints when it is there.
IN_A_FRAME = """<!DOCTYPE html><title>Outer</title><button>Try it</button><script>
document.querySelector("button").addEventListener("click", () => {
    document.body.append(Object.assign(document.createElement("iframe"), { src: "inner.html" }));
});
</script>"""
INNER = f"""<!DOCTYPE html><title>Inner</title><body><script>
addEventListener("load", () => setTimeout(() => document.body.append({json.dumps(PRINTED[:5])} +
    {json.dumps(PRINTED[5:])}), 300));
</script>"""


@pytest.mark.browser
@pytest.mark.xdist_group("benchmarks")
def test_startup(tmp_path: Path) -> None:
    file = tmp_path / "startup.json"
    command = [sys.executable, "-m", "benchmarks.startup", "--rounds", "1", "--browsers", "chromium"]
    command += ["--subjects", "sphinx-emrun", "loadPyodide", "floor", "--programs", "empty"]
    command += ["--networks", "localhost", "--json", str(file)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    visits = json.loads(file.read_text("utf-8"))["visits"]
    seen = {(visit["cache"], visit["subject"]): visit for visit in visits}
    assert len(seen) == len(visits) == 9
    for (cache, name), visit in seen.items():
        assert re.search(rf"chromium +localhost +{cache} +empty +{name}", done.stdout)
        assert visit["milliseconds"] > 0
        if cache != "reading":  # ours has grown before the click
            assert visit["memory"] > 1_000_000
        assert visit["run"]["bytes"] > 3_000_000 if cache == "cold" else visit["run"]["bytes"] == 0
        assert (visit["prompt"] is None) == (name != "sphinx-emrun")
    steps = seen["warm", "sphinx-emrun"]["steps"]
    assert {"manifest", "thread", "compile", "instantiate", "inflate", "restore", "attach"} <= steps.keys()
    assert all(begin <= end for begin, end in steps.values())
    # A reader who looks at the page first finds it ready.
    assert max(end for _, end in seen["reading", "sphinx-emrun"]["steps"].values()) < 0
    # The WebAssembly alone has more than that: the server compresses it.
    assert seen["cold", "loadPyodide"]["run"]["bytes"] < 9_000_000


def test_the_network_is_as_slow_as_it_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(500_000))
    network = NETWORKS["20Mbit"]
    with closing(Server(tmp_path)) as server:
        server.line.network = network
        begin = time.monotonic()
        with urlopen(f"{server.url}file") as answer:
            assert len(answer.read()) == 500_000
        assert time.monotonic() - begin >= network.delay + 8 * 500_000 / network.rate


def _framed(out: Path, _program: Program) -> None:
    out.mkdir()
    (out / "index.html").write_text(IN_A_FRAME, "utf-8")
    (out / "inner.html").write_text(INNER, "utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_output_in_a_frame(tmp_path: Path, playwright: Playwright, name: str) -> None:
    subject = Subject(name="framed", make=_framed, button="button")
    plan = Plan(subjects=[subject], programs=[PROGRAMS["empty"]], networks=["localhost"], rounds=1)
    subject.make(tmp_path / address(PROGRAMS["empty"], subject), PROGRAMS["empty"])
    with closing(Server(tmp_path)) as server, launch(playwright, name) as browser:
        cold, warm, reading = measure({name: browser}, plan, server)
    assert (cold.cache, warm.cache, reading.cache) == ("cold", "warm", "reading")
    assert cold.run.requests == 1
    assert min(cold.milliseconds, warm.milliseconds) >= 300


def test_what_cannot_be_made_says_why(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.startup", "--subjects", "jupyterlite"],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert done.stderr == "jupyterlite: its lock tool needs Python 3.14, 3.13, 3.12: none was found.\n"
