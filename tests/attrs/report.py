"""Runs attrs' documentation in Chromium and reports how much of it prints what it says.

``python tests/attrs/report.py [SITE]``: without SITE, a built site, the documentation is fetched and built.
Exits with 1 where an example differs for no reason that ``differences.toml`` gives.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import attrs_site
from attrs_browser import Run, run_site
from playwright.sync_api import sync_playwright
from transcripts import Comparison, Difference, compare

if TYPE_CHECKING:
    from collections.abc import Iterable

REASONS = Path(__file__).with_name("differences.toml")


@dataclass
class Report:
    """The comparisons of all runs, and the reasons that are known for differences."""

    reasons: dict[tuple[str, str], str]
    compared: list[tuple[Run, Comparison]] = field(default_factory=list)

    def add(self, run: Run) -> None:
        self.compared.append((run, compare(run.source, run.transcript)))

    @property
    def unexplained(self) -> list[tuple[Run, Difference]]:
        """The differences that no reason is known for."""
        every = (
            (run, difference) for run, comparison in self.compared for difference in comparison.differences
        )
        return [(run, difference) for run, difference in every if self.reason(run, difference) is None]

    @property
    def outdated(self) -> set[tuple[str, str]]:
        """The known reasons of examples that do not differ."""
        every = {_key(run, each) for run, comparison in self.compared for each in comparison.differences}
        return self.reasons.keys() - every

    def reason(self, run: Run, difference: Difference) -> str | None:
        return self.reasons.get(_key(run, difference))

    def table(self) -> str:
        """One line for each page, and their sum."""
        rows: list[tuple[str, ...]] = [("page", "blocks", "equal", "examples", "equal", "different")]
        by_page: dict[str, list[Comparison]] = {}
        for run, comparison in self.compared:
            by_page.setdefault(run.page, []).append(comparison)
        rows += [_row(page, comparisons) for page, comparisons in by_page.items()]
        rows.append(_row("all", [comparison for _, comparison in self.compared]))
        width = max(len(row[0]) for row in rows)
        return "\n".join(f"{row[0]:<{width}} " + " ".join(f"{cell:>9}" for cell in row[1:]) for row in rows)

    def details(self) -> str:
        """Each difference with its source, both outputs and the reason."""
        parts = [
            f"{run.page}#{run.block} ({self.reason(run, difference) or 'UNEXPLAINED'})\n"
            f"{_quoted('source', difference.source)}{_quoted('page', difference.want)}"
            f"{_quoted('printed', difference.got if difference.got is not None else '(it never ran)')}"
            for run, comparison in self.compared
            for difference in comparison.differences
        ]
        return "\n".join(parts)


def known_reasons() -> dict[tuple[str, str], str]:
    """Read ``differences.toml``: from a block and an example's first line to the reason of its difference."""
    reasons = tomllib.loads(REASONS.read_text("utf-8"))["reason"]
    return {(block, line): reason["why"] for reason in reasons for block, line in reason["examples"]}


def report_on(runs: Iterable[Run]) -> Report:
    report = Report(known_reasons())
    for run in runs:
        report.add(run)
    return report


def _key(run: Run, difference: Difference) -> tuple[str, str]:
    return f"{run.page}#{run.block}", difference.source.splitlines()[0]


def _row(name: str, comparisons: list[Comparison]) -> tuple[str, ...]:
    examples = sum(comparison.examples for comparison in comparisons)
    different = sum(len(comparison.differences) for comparison in comparisons)
    whole = sum(not comparison.differences for comparison in comparisons)
    return name, str(len(comparisons)), str(whole), str(examples), str(examples - different), str(different)


def _quoted(label: str, text: str) -> str:
    return "".join(f"  {label:>8} | {line}\n" for line in text.splitlines())


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            site = Path(sys.argv[1])
        else:
            site = Path(folder) / "site"
            project = attrs_site.fetch(Path(folder))
            attrs_site.enable(project)
            attrs_site.build(project, site)
        with sync_playwright() as playwright:
            report = report_on(run_site(site, playwright))
    print(report.table(), report.details(), sep="\n\n")
    return 1 if report.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
