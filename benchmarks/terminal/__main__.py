"""The command line: see the package."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

import benchmarks.terminal as package
from benchmarks.browsers import NotInstalledError, launch
from benchmarks.command import conditions, count, load, parser
from benchmarks.server import Server
from benchmarks.terminal.cases import CASES
from benchmarks.terminal.measure import Sample, measure
from benchmarks.terminal.report import as_json, table
from benchmarks.terminal.subjects import BASELINE, OURS, SUBJECTS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from benchmarks.terminal.cases import Case


def main() -> None:
    """Measure, and print the table."""
    options = _options()
    cases = [case for case in CASES if case.name in options.cases]
    try:
        noted, samples = _run(options.browsers, cases, options.samples)
    except NotInstalledError as error:
        sys.exit(str(error))
    for name, value in noted.items():
        print(f"{name}: {value}")
    print()
    print(table(samples, cases, OURS.name, BASELINE.name))
    if options.json:
        options.json.write_text(as_json(samples, noted), encoding="utf-8")


def _options() -> argparse.Namespace:
    options = parser("benchmarks.terminal", package.__doc__)
    names = [case.name for case in CASES]
    options.add_argument(
        "--samples", type=count, default=50, help="of each stop; others have fewer (default: 50)"
    )
    options.add_argument("--cases", nargs="+", choices=names, default=names, help="default: all")
    return options.parse_args()


def _run(names: Sequence[str], cases: Sequence[Case], turns: int) -> tuple[dict[str, str], list[Sample]]:
    """The conditions of the measurement, and what was measured."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="terminal-")))
        for subject in SUBJECTS:
            subject.make(folder / subject.name)
        server = stack.enter_context(closing(Server(folder)))
        playwright = stack.enter_context(sync_playwright())
        browsers = {name: stack.enter_context(launch(playwright, name)) for name in names}
        told = {"turns": str(turns), **conditions(browsers)}
        samples = list(noted(measure(browsers, SUBJECTS, server.url, cases, turns), turns))
        return {**told, "load at the end": load()}, samples


def noted(samples: Iterator[Sample], turns: int) -> Iterator[Sample]:
    """Tell on the way, for it takes minutes."""
    for sample in samples:
        numbers = ", ".join(f"{value:.1f}" for value in sample.values)
        what = f"{sample.browser}, {sample.subject}, {sample.case}: {sample.outcome} {numbers}"
        print(f"[{sample.turn + 1}/{turns}] {what}", file=sys.stderr, flush=True)
        yield sample


if __name__ == "__main__":
    main()
