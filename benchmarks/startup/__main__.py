"""The command line: see the package."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

import benchmarks.startup as package
from benchmarks.browsers import NotInstalledError, launch
from benchmarks.command import conditions, count, parser
from benchmarks.server import Server
from benchmarks.startup.making import NotMadeError
from benchmarks.startup.measure import NETWORKS, MeasurementError, Plan, Visit, address, measure
from benchmarks.startup.programs import PROGRAMS
from benchmarks.startup.report import as_json, steps_table, table
from benchmarks.startup.subjects import BASELINE, OURS, SUBJECTS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from benchmarks.startup.subjects import Subject


def main() -> None:
    """Measure, and print the tables."""
    options = _options()
    plan = Plan(
        subjects=[SUBJECTS[name] for name in options.subjects],
        programs=[PROGRAMS[name] for name in options.programs],
        networks=options.networks,
        rounds=options.rounds,
    )
    try:
        noted, visits = _run(options.browsers, plan)
    except (NotInstalledError, NotMadeError, MeasurementError) as error:
        sys.exit(str(error))
    for name, value in noted.items():
        print(f"{name}: {value}")
    print()
    print(table(visits, BASELINE.name))
    print("\nWhere the time goes in ours, in ms from the click (medians)\n")
    print(steps_table([visit for visit in visits if visit.subject == OURS.name]))
    if options.json:
        options.json.write_text(as_json(visits, noted), encoding="utf-8")


def _options() -> argparse.Namespace:
    options = parser("benchmarks.startup", package.__doc__)
    options.add_argument("--rounds", type=count, default=7, help="how often each is measured (default: 7)")
    for name, choices in (("subjects", SUBJECTS), ("programs", PROGRAMS), ("networks", NETWORKS)):
        options.add_argument(
            f"--{name}", nargs="+", choices=choices, default=list(choices), help="default: all"
        )
    return options.parse_args()


def _run(names: Sequence[str], plan: Plan) -> tuple[dict[str, str], list[Visit]]:
    """The conditions of the measurement, and what was measured."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="startup-")))
        plan, absent = _made(plan, folder)
        server = stack.enter_context(closing(Server(folder)))
        playwright = stack.enter_context(sync_playwright())
        browsers = {name: stack.enter_context(launch(playwright, name)) for name in names}
        noted = {
            "measured": "from the click on Run to the first output",
            "rounds": str(plan.rounds),
            **({"not compared": " ".join(absent)} if absent else {}),
            **conditions(browsers),
        }
        return noted, list(_noted(measure(browsers, plan, server), plan.visits(len(browsers))))


def _made(plan: Plan, folder: Path) -> tuple[Plan, list[str]]:
    """Make all sites; the plan without those that cannot be made, and why. Raises NotMadeError."""
    absent: dict[Subject, str] = {}
    for program, subject in plan.pages():
        try:
            subject.make(folder / address(program, subject), program)
        except NotMadeError as error:
            absent[subject] = f"{subject.name}: {error}"
    subjects = [subject for subject in plan.subjects if subject not in absent]
    if not subjects:
        raise NotMadeError(" ".join(absent.values()))
    return replace(plan, subjects=subjects), [*absent.values()]


def _noted(visits: Iterator[Visit], total: int) -> Iterator[Visit]:
    """Tell on the way, for it takes minutes."""
    for number, visit in enumerate(visits, 1):
        what = f"{visit.browser}, {visit.network}, {visit.cache}, {visit.program}, {visit.subject}"
        print(f"[{number}/{total}] {what}: {visit.milliseconds:.0f} ms", file=sys.stderr, flush=True)
        yield visit


if __name__ == "__main__":
    main()
