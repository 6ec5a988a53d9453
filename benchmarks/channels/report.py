"""What the samples come to: a table to read, and the overhead of looking for signals."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from benchmarks.channels.cases import CASES, OVERHEAD, WORK
from benchmarks.channels.subjects import NEVER_LOOKS, TIERS
from benchmarks.table import aligned
from benchmarks.terminal.report import Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.terminal.measure import Sample

NOTE = """p50, p99: the median and the 99th percentile of n, in ms; what did not come counts as the worst.
overhead: of looking for signals, in per cent: of the fastest runs (others wait for the machine), and of the
median ones."""


def table(samples: Sequence[Sample]) -> str:
    """A row for each browser, channel and case."""
    rows: list[tuple[str, ...]] = [("browser", "channel", "case", "p50", "p99", "n", "bar", "met")]
    for browser in dict.fromkeys(sample.browser for sample in samples):
        for tier in TIERS:
            own = [one for one in samples if (one.browser, one.subject) == (browser, tier)]
            rows += [(browser, tier, *row) for row in _rows(own)]
            rows += [(browser, tier, *row) for row in _overhead(samples, browser, tier)]
    return f"{aligned(rows, words=3)}\n\n{NOTE}"


def _rows(samples: Sequence[Sample]) -> Iterator[tuple[str, ...]]:
    for case in CASES:
        series = Series(case, [one for one in samples if one.case == case.name])
        if not series.samples:
            continue
        bar = f"≤ {case.bar.median:g}, ≤ {case.bar.p99:g}" if case.bar else ""
        yield case.name, *series.cells(), bar, _met(series.meets(series)) if case.bar else ""


def _overhead(samples: Sequence[Sample], browser: str, tier: str) -> Iterator[tuple[str, ...]]:
    def times(name: str) -> list[float]:
        wanted = (browser, name, WORK, "ok")
        return [
            one.values[0] for one in samples if (one.browser, one.subject, one.case, one.outcome) == wanted
        ]

    own, base = times(tier), times(NEVER_LOOKS)
    if tier == NEVER_LOOKS or not own or not base:
        return
    fastest, middle = min(own) / min(base) - 1, statistics.median(own) / statistics.median(base) - 1
    shown = (f"{100 * share:.1f}" for share in (fastest, middle))
    yield "overhead", *shown, str(len(own)), f"≤ {100 * OVERHEAD:g}", _met(fastest <= OVERHEAD)


def _met(reached: bool) -> str:
    return "yes" if reached else "NO"
