"""The command line: see the package."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

import benchmarks.channels as package
from benchmarks.browsers import NotInstalledError, launch
from benchmarks.channels.cases import CASES
from benchmarks.channels.report import table
from benchmarks.channels.subjects import TIERS, make
from benchmarks.command import conditions, count, load, parser
from benchmarks.server import Server
from benchmarks.terminal.__main__ import noted
from benchmarks.terminal.measure import measure
from benchmarks.terminal.report import as_json

if TYPE_CHECKING:
    import argparse

    from benchmarks.terminal.measure import Sample

ISOLATED, *PLAIN = TIERS


def main() -> None:
    """Measure, and print the table."""
    options = _options()
    try:
        told, samples = _run(options)
    except NotInstalledError as error:
        sys.exit(str(error))
    for name, value in told.items():
        print(f"{name}: {value}")
    print()
    print(table(samples))
    if options.json:
        options.json.write_text(as_json(samples, told), encoding="utf-8")


def _options() -> argparse.Namespace:
    options = parser("benchmarks.channels", package.__doc__)
    names = [case.name for case in CASES]
    options.add_argument(
        "--samples", type=count, default=50, help="of stops and work; others have fewer (default: 50)"
    )
    options.add_argument("--cases", nargs="+", choices=names, default=names, help="default: all")
    return options.parse_args()


def _run(options: argparse.Namespace) -> tuple[dict[str, str], list[Sample]]:
    """The conditions of the measurement, and what was measured."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="channels-")))
        subjects = make(folder)
        plain = tuple(f"/{tier}/" for tier in PLAIN)
        server = stack.enter_context(closing(Server(folder, plain=plain)))
        playwright = stack.enter_context(sync_playwright())
        browsers = {name: stack.enter_context(launch(playwright, name)) for name in options.browsers}
        told = {"turns": str(options.samples), **conditions(browsers)}

        cases = [case for case in CASES if case.name in options.cases]
        samples = list(
            noted(measure(browsers, subjects, server.url, cases, options.samples), options.samples)
        )
        return {**told, "load at the end": load()}, samples


if __name__ == "__main__":
    main()
