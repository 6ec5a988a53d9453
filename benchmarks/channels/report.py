"""What the samples come to: a table to read, and the overhead of looking for signals."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from benchmarks.channels.cases import CASES, OVERHEAD, WORK
from benchmarks.channels.subjects import TIERS
from benchmarks.table import aligned
from benchmarks.terminal.report import Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.terminal.measure import Sample

NOTE = """p50, p99: the median and the 99th percentile of n, in ms; what did not come counts as the worst.
overhead: of looking for signals, in per cent: the median of n, and the middle half of them."""


def table(samples: Sequence[Sample]) -> str:
    """A row for each browser, channel and case."""
    rows: list[tuple[str, ...]] = [("browser", "channel", "case", "p50", "p99", "n", "bar", "met")]
    for browser in dict.fromkeys(sample.browser for sample in samples):
        for tier in TIERS:
            own = [one for one in samples if (one.browser, one.subject) == (browser, tier)]
            rows += [(browser, tier, *row) for row in _rows(own)]
            rows += [(browser, tier, *row) for row in _overhead(own)]
    return f"{aligned(rows, words=3)}\n\n{NOTE}"


def _rows(samples: Sequence[Sample]) -> Iterator[tuple[str, ...]]:
    for case in CASES:
        series = Series(case, [one for one in samples if one.case == case.name])
        if not series.samples or case.name == WORK:
            continue
        bar = f"≤ {case.bar.median:g}, ≤ {case.bar.p99:g}" if case.bar else ""
        yield case.name, *series.cells(), bar, _met(series.meets(series)) if case.bar else ""


def _overhead(samples: Sequence[Sample]) -> Iterator[tuple[str, ...]]:
    pairs = [one.values for one in samples if (one.case, one.outcome) == (WORK, "ok")]
    shares = sorted(looking / without - 1 for looking, without in pairs)
    if not shares:
        return
    low, middle, high = shares[len(shares) // 4], statistics.median(shares), shares[len(shares) * 3 // 4]
    shown = f"{100 * middle:.1f}", f"{100 * low:.1f} to {100 * high:.1f}", str(len(shares))
    yield "overhead", *shown, f"≤ {100 * OVERHEAD:g}", _met(middle <= OVERHEAD)


def _met(reached: bool) -> str:
    return "yes" if reached else "NO"
