"""Tables, charts and progress bars in plain text."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from tinyplan.durations import format_duration
from tinyplan.plans import Plan

T = TypeVar("T")


def table(rows: Iterable[Sequence[object]]) -> str:
    """Set rows in columns; the first row is the heading.

    >>> print(table([("task", "takes"), ("knead", "10min"), ("bake", "40min")]))
    task   takes
    -----  -----
    knead  10min
    bake   40min
    """
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def bar(fraction: float, width: int = 20) -> str:
    """Draw a bar that is filled up to ``fraction``, from 0 to 1.

    >>> bar(0.25, width=8)
    '██······'
    """
    filled = round(min(max(fraction, 0), 1) * width)
    return "█" * filled + "·" * (width - filled)


def chart(plan: Plan, width: int = 40) -> str:
    """Draw when each task of a plan runs, one line for each."""
    slots, total = plan.schedule(), plan.duration
    name_width = max(len(slot.task) for slot in slots)
    lines = []
    for slot in slots:
        start, end = round(slot.start / total * width), round(slot.end / total * width)
        drawn = " " * start + "█" * (end - start) + " " * (width - end)
        lines.append(f"{slot.task:<{name_width}} |{drawn}| {format_duration(slot.end - slot.start)}")
    return "\n".join(lines)


def progress(items: Sequence[T], width: int = 20) -> Iterator[T]:
    """Yield the items, and show on one line of the terminal how many are done."""
    for done, item in enumerate(items):
        _show(done, len(items), width)
        yield item
    _show(len(items), len(items), width)
    sys.stdout.write("\n")


def _show(done: int, total: int, width: int) -> None:
    sys.stdout.write(f"\r{bar(done / total if total else 1, width)} {done}/{total}")
    sys.stdout.flush()
