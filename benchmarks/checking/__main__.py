"""The command line: see the package."""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import benchmarks.checking as package
from benchmarks.checking.site import write
from benchmarks.command import count, load
from benchmarks.table import aligned

#: How often as long as doctest's the check of a site may take, beside its start-up.
BAR = 2.0
BUILDERS = ("doctest", "emrun")


def main() -> None:
    """Measure, and print the table."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="checking-") as name:
        folder = Path(name)
        write(folder / "many", options.blocks, options.pages)
        write(folder / "one", 1, 1)
        times = _measure(folder, options.rounds)
    middle = {which: median(seconds for seconds, _ in found) for which, found in times.items()}
    start = middle["one", "emrun"] - middle["one", "doctest"]
    allowed = BAR * middle["many", "doctest"] + start
    rows = [("builder", "seconds", "blocks a second", "of processors", "one block, seconds")]
    for builder in BUILDERS:
        seconds = middle["many", builder]
        busy = f"{median(busy for _, busy in times['many', builder]):.2f}"
        rows.append(
            (
                builder,
                f"{seconds:.2f}",
                f"{options.blocks / seconds:.0f}",
                busy,
                f"{middle['one', builder]:.2f}",
            )
        )
    print(
        f"{options.blocks} blocks on {options.pages} pages, {options.rounds} rounds, medians; load {load()}\n"
    )
    print(aligned(rows, 1))
    print(f"\nNothing changed: {middle['many', 'again']:.2f} s.")
    kept = "kept" if middle["many", "emrun"] <= allowed else "MISSED"
    print(f"The bar, {BAR:g} x doctest + start-up: {allowed:.2f} s, {kept}.")
    if options.json:
        listed = {f"{site} {what}": found for (site, what), found in times.items()}
        options.json.write_text(json.dumps({"blocks": options.blocks, "seconds": listed}, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=package.__doc__)
    parser.add_argument("--rounds", type=count, default=5, help="how often each is measured (default: 5)")
    parser.add_argument("--blocks", type=count, default=500, help="in the site (default: 500)")
    parser.add_argument("--pages", type=count, default=25, help="that they are on (default: 25)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single measurement there")
    return parser.parse_args()


def _measure(folder: Path, rounds: int) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Seconds, and of processors, by site and builder; "again" is the check when nothing has changed."""
    times: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for site in ("many", "one"):
        _build(folder / site, "emrun")  # makes the bundle, which lasts
    for _ in range(rounds):
        for site in ("many", "one"):
            for builder in BUILDERS:
                shutil.rmtree(folder / site / "doctrees" / "emrun" / "checked", ignore_errors=True)
                times.setdefault((site, builder), []).append(_build(folder / site, builder, "-E"))
            times.setdefault((site, "again"), []).append(_build(folder / site, "emrun"))
    return times


def _build(source: Path, builder: str, *options: str) -> tuple[float, float]:
    """Seconds that a build takes, and its processors; it must find every example right."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "sphinx",
        "-qW",
        "-b",
        builder,
        "-d",
        source / "doctrees",
        *options,
    ]
    begin, busy = time.perf_counter(), _busy()
    subprocess.run([*command, source, source / "out" / builder], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin, _busy() - busy


def _busy() -> float:
    """Seconds of processors that all programs started here have used, and those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
