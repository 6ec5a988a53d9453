"""What the visits come to: a table to read, and everything as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.table import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.startup.measure import Visit

HEADINGS = (
    "browser",
    "cache",
    "subject",
    "ms",
    "(range)",
    "ratio",
    "(range)",
    "page kB",
    "run kB",
    "requests",
)


@dataclass(frozen=True)
class Spread:
    """The middle of some numbers, and how far they lie apart."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Spread:
        """Of at least one number."""
        ordered = sorted(numbers)
        return cls(median(ordered), ordered[0], ordered[-1])

    def shown(self, digits: int) -> tuple[str, str]:
        """The median, and the range in parentheses."""
        return f"{self.median:.{digits}f}", f"({self.low:.{digits}f}–{self.high:.{digits}f})"


def table(visits: Sequence[Visit], baseline: str) -> str:
    """A row for each browser, state of the cache and subject: medians of all rounds, with their range.

    A ratio is that of a visit to the one to ``baseline`` in the same round. Bytes are those on the wire,
    heads and bodies, in units of 1000: of the page before the click, and from there to the first output.
    """
    rows = [HEADINGS]
    for browser, cache in dict.fromkeys((visit.browser, visit.cache) for visit in visits):
        series = _by_subject(visit for visit in visits if (visit.browser, visit.cache) == (browser, cache))
        for name, of_subject in series.items():
            pairs = zip(of_subject, series[baseline], strict=True)
            ratio = Spread.of(one.milliseconds / other.milliseconds for one, other in pairs)
            time = Spread.of(visit.milliseconds for visit in of_subject)
            ratio_cells = ("1", "") if name == baseline else ratio.shown(2)
            rows.append((browser, cache, name, *time.shown(0), *ratio_cells, *_traffic(of_subject)))
    return aligned(rows, words=3)


def _by_subject(visits: Iterable[Visit]) -> dict[str, list[Visit]]:
    """In the order of the rounds; ordered by name."""
    series: dict[str, list[Visit]] = {}
    for visit in sorted(visits, key=lambda visit: (visit.subject, visit.round)):
        series.setdefault(visit.subject, []).append(visit)
    return series


def _traffic(visits: Sequence[Visit]) -> tuple[str, str, str]:
    page = median(visit.page.bytes for visit in visits)
    run = median(visit.run.bytes for visit in visits)
    requests = median(visit.run.requests for visit in visits)
    return f"{page / 1000:,.1f}", f"{run / 1000:,.1f}", f"{requests:g}"


def as_json(visits: Sequence[Visit], conditions: Mapping[str, str]) -> str:
    """Every visit, and under which conditions they were made."""
    return json.dumps({**conditions, "visits": [asdict(visit) for visit in visits]}, indent=1) + "\n"
