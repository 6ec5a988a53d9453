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
    "network",
    "cache",
    "program",
    "subject",
    "ms",
    "(range)",
    "ratio",
    "(range)",
    "prompt ms",
    "Pss MB",
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
    """A row for each browser, network, state of the cache, program and subject: medians, with their range.

    A ratio is that of a visit to the one to ``baseline`` in the same round; none where that is not visited.
    Bytes are those on the wire, heads and bodies, in units of 1000: of the page before the click, and from
    there to the first output. Pss is by how much the browser has grown from there to there.
    """
    rows: list[tuple[str, ...]] = [HEADINGS]
    for circumstances, found in _grouped(visits, "browser", "network", "cache", "program").items():
        series = _grouped(found, "subject")
        base = {visit.round: visit.milliseconds for visit in series.get((baseline,), [])}
        for (name,), of_subject in series.items():
            times = Spread.of(visit.milliseconds for visit in of_subject)
            ratios = [visit.milliseconds / base[visit.round] for visit in of_subject if base]
            ratio = Spread.of(ratios).shown(2) if ratios and name != baseline else ("1" if ratios else "", "")
            rows.append((*circumstances, name, *times.shown(0), *ratio, *_other(of_subject)))
    return aligned(rows, words=5)


def steps_table(visits: Sequence[Visit]) -> str:
    """A row for each step of a start, with its begin and its end."""
    rows: list[tuple[str, ...]] = [("browser", "network", "cache", "program", "step", "from", "to", "ms")]
    for circumstances, found in _grouped(visits, "browser", "network", "cache", "program").items():
        names = dict.fromkeys(name for visit in found for name in visit.steps)
        steps = [(name, _middle(found, name, 0), _middle(found, name, 1)) for name in names]
        steps.append(("run", max(end for _, _, end in steps), median(visit.milliseconds for visit in found)))
        for name, begin, end in sorted(steps, key=lambda step: step[1]):
            rows.append((*circumstances, name, f"{begin:.0f}", f"{end:.0f}", f"{end - begin:.0f}"))
    return aligned(rows, words=5)


def _middle(visits: Sequence[Visit], step: str, which: int) -> float:
    return median(visit.steps[step][which] for visit in visits if step in visit.steps)


def _grouped(visits: Iterable[Visit], *names: str) -> dict[tuple[str, ...], list[Visit]]:
    """By the values of some fields."""
    groups: dict[tuple[str, ...], list[Visit]] = {}
    for visit in visits:
        groups.setdefault(tuple(getattr(visit, name) for name in names), []).append(visit)
    return groups


def _other(visits: Sequence[Visit]) -> tuple[str, ...]:
    prompts = [visit.prompt for visit in visits if visit.prompt is not None]
    memory = median(visit.memory for visit in visits)
    page = median(visit.page.bytes for visit in visits)
    run = median(visit.run.bytes for visit in visits)
    requests = median(visit.run.requests for visit in visits)
    return (
        f"{median(prompts):.0f}" if prompts else "",
        f"{memory / 1e6:.0f}",
        f"{page / 1000:,.1f}",
        f"{run / 1000:,.1f}",
        f"{requests:g}",
    )


def as_json(visits: Sequence[Visit], conditions: Mapping[str, str]) -> str:
    """Every visit, and under which conditions they were made."""
    return json.dumps({**conditions, "visits": [asdict(visit) for visit in visits]}, indent=1) + "\n"
