"""The command line: see the package."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

import benchmarks.startup as package
from benchmarks.startup.browsers import NAMES, NotInstalledError, launch
from benchmarks.startup.measure import MeasurementError, Visit, measure
from benchmarks.startup.report import as_json, table
from benchmarks.startup.server import Server
from benchmarks.startup.subjects import BASELINE, SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def main() -> None:
    """Measure, and print the table."""
    options = _options()
    try:
        conditions, visits = _run(options.browsers, options.rounds)
    except (NotInstalledError, MeasurementError) as error:
        sys.exit(str(error))
    for name, value in conditions.items():
        print(f"{name}: {value}")
    print()
    print(table(visits, BASELINE.name))
    if options.json:
        options.json.write_text(as_json(visits, conditions), encoding="utf-8")


def _options() -> argparse.Namespace:
    assert package.__doc__
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.startup",
        description=package.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=_count, default=7, help="how often each is measured (default: 7)")
    parser.add_argument("--browsers", nargs="+", choices=NAMES, default=NAMES, help="default: all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single measurement there")
    return parser.parse_args()


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)


def _run(names: Sequence[str], rounds: int) -> tuple[dict[str, str], list[Visit]]:
    """The conditions of the measurement, and what was measured."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="startup-")))
        for subject in SUBJECTS:
            subject.make(folder / subject.name)
        server = stack.enter_context(closing(Server(folder)))
        playwright = stack.enter_context(sync_playwright())
        browsers = {name: stack.enter_context(launch(playwright, name)) for name in names}
        conditions = {
            "measured": "from the click on Run to the first output",
            "rounds": str(rounds),
            "browsers": ", ".join(f"{name} {browser.version}" for name, browser in browsers.items()),
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            "load at the start": f"{os.getloadavg()[0]:.1f}",
        }
        total = rounds * len(browsers) * len(SUBJECTS) * 2
        return conditions, list(_noted(measure(browsers, SUBJECTS, server, rounds), total))


def _noted(visits: Iterator[Visit], total: int) -> Iterator[Visit]:
    """Tell on the way, for it takes minutes."""
    for number, visit in enumerate(visits, 1):
        what = f"{visit.browser}, {visit.cache}, {visit.subject}: {visit.milliseconds:.0f} ms"
        print(f"[{number}/{total}] {what}", file=sys.stderr, flush=True)
        yield visit


if __name__ == "__main__":
    main()
