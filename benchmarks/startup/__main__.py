"""The command line: see the package."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

import benchmarks.startup as package
from benchmarks.browsers import NotInstalledError, launch
from benchmarks.command import conditions, count, parser
from benchmarks.server import Server
from benchmarks.startup.measure import MeasurementError, Visit, measure
from benchmarks.startup.report import as_json, table
from benchmarks.startup.subjects import BASELINE, SUBJECTS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence


def main() -> None:
    """Measure, and print the table."""
    options = _options()
    try:
        noted, visits = _run(options.browsers, options.rounds)
    except (NotInstalledError, MeasurementError) as error:
        sys.exit(str(error))
    for name, value in noted.items():
        print(f"{name}: {value}")
    print()
    print(table(visits, BASELINE.name))
    if options.json:
        options.json.write_text(as_json(visits, noted), encoding="utf-8")


def _options() -> argparse.Namespace:
    options = parser("benchmarks.startup", package.__doc__)
    options.add_argument("--rounds", type=count, default=7, help="how often each is measured (default: 7)")
    return options.parse_args()


def _run(names: Sequence[str], rounds: int) -> tuple[dict[str, str], list[Visit]]:
    """The conditions of the measurement, and what was measured."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="startup-")))
        for subject in SUBJECTS:
            subject.make(folder / subject.name)
        server = stack.enter_context(closing(Server(folder)))
        playwright = stack.enter_context(sync_playwright())
        browsers = {name: stack.enter_context(launch(playwright, name)) for name in names}
        noted = {
            "measured": "from the click on Run to the first output",
            "rounds": str(rounds),
            **conditions(browsers),
        }
        total = rounds * len(browsers) * len(SUBJECTS) * 2
        return noted, list(_noted(measure(browsers, SUBJECTS, server, rounds), total))


def _noted(visits: Iterator[Visit], total: int) -> Iterator[Visit]:
    """Tell on the way, for it takes minutes."""
    for number, visit in enumerate(visits, 1):
        what = f"{visit.browser}, {visit.cache}, {visit.subject}: {visit.milliseconds:.0f} ms"
        print(f"[{number}/{total}] {what}", file=sys.stderr, flush=True)
        yield visit


if __name__ == "__main__":
    main()
