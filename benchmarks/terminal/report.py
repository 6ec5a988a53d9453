"""What the samples come to: a table to read, and everything as JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from benchmarks.table import aligned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.terminal.cases import Case
    from benchmarks.terminal.measure import Sample

NOTE = """p50, p99: the median and the 99th percentile of n; of a rate, the median and the lowest.
What did not come counts as the worst, and is told in its place: never (a stop, within 5 s), none (an echo,
within 1 s), or how the program ended instead."""


@dataclass(frozen=True)
class Series:
    """A case in one browser with one subject."""

    case: Case
    samples: Sequence[Sample]

    @property
    def values(self) -> list[float]:
        """The best first; what failed is infinitely slow."""
        failed = -math.inf if self.case.rate else math.inf
        numbers = [
            value for one in self.samples for value in (*one.values, *[failed] * (one.outcome != "ok"))
        ]
        return sorted(numbers, reverse=self.case.rate)

    @property
    def median(self) -> float:
        """By nearest rank."""
        return self._at(0.5)

    @property
    def p99(self) -> float:
        """By nearest rank; of a rate the lowest."""
        return self._at(1 if self.case.rate else 0.99)

    def _at(self, share: float) -> float:
        values = self.values
        return values[math.ceil(share * len(values)) - 1]

    def cells(self) -> tuple[str, str, str]:
        """Median, 99th percentile, and of how many."""
        return self._shown(self.median), self._shown(self.p99), str(len(self.values))

    def _shown(self, number: float) -> str:
        if math.isfinite(number):
            return f"{number:.1f}"
        return Counter(one.outcome for one in self.samples if one.outcome != "ok").most_common(1)[0][0]

    def meets(self, baseline: Series) -> bool:
        """Whether the case's bar is reached."""
        bar = self.case.bar
        assert bar
        if self.case.rate:
            least = max(bar.median or 0, baseline.median if bar.baseline else 0)
            return self.median >= least
        return self.median <= (bar.median or math.inf) and self.p99 <= (bar.p99 or math.inf)


def table(samples: Sequence[Sample], cases: Sequence[Case], subject: str, baseline: str) -> str:
    """A row for each browser and case: ``subject`` beside ``baseline``, the bar, and whether it is met."""
    heads = ("p50", "p99", "n")
    rows: list[tuple[str, ...]] = [
        ("", "", "", subject, "", "", baseline, "", "", "", ""),
        ("browser", "case", "unit", *heads, *heads, "bar", "met"),
    ]
    for browser in dict.fromkeys(sample.browser for sample in samples):
        for case in cases:
            ours, other = (_series(samples, case, browser, name) for name in (subject, baseline))
            met = ("yes" if ours.meets(other) else "NO") if case.bar else ""
            rows.append((browser, case.name, case.unit, *ours.cells(), *other.cells(), _bar(case), met))
    return f"{aligned(rows, words=3)}\n\n{NOTE}"


def _series(samples: Sequence[Sample], case: Case, browser: str, subject: str) -> Series:
    wanted = (browser, case.name, subject)
    return Series(case, [one for one in samples if (one.browser, one.case, one.subject) == wanted])


def _bar(case: Case) -> str:
    bar, sign = case.bar, "≥" if case.rate else "≤"
    if bar is None:
        return ""
    numbers = [f"{sign} {number:g}" for number in (bar.median, bar.p99) if number is not None]
    return ", ".join([*numbers, *(["≥ baseline"] if bar.baseline else [])])


def as_json(samples: Sequence[Sample], conditions: Mapping[str, str]) -> str:
    """Every sample, and under which conditions they were taken."""
    return json.dumps({**conditions, "samples": [asdict(sample) for sample in samples]}, indent=1) + "\n"
