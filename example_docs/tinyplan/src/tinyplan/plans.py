"""Tasks, the plans they make up, and when each of them can begin."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, field_validator, model_validator

from tinyplan.durations import parse_duration


class Task(BaseModel, frozen=True):
    """Something to do, how long it takes, and the names of the tasks that it must wait for."""

    name: str
    duration: timedelta
    after: tuple[str, ...] = ()

    @field_validator("duration", mode="before")
    @classmethod
    def _read_duration(cls, value: Any) -> Any:
        return parse_duration(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Slot:
    """When a task begins and ends, counted from the start of its plan."""

    task: str
    start: timedelta
    end: timedelta


class Plan(BaseModel, frozen=True):
    """Tasks that wait for each other, and for nothing else.

    >>> plan = Plan(tasks=[
    ...     {"name": "bake", "duration": "40min", "after": ["knead"]},
    ...     {"name": "knead", "duration": "10min"},
    ... ])
    >>> [slot.task for slot in plan.schedule()]
    ['knead', 'bake']
    >>> str(plan.duration)
    '0:50:00'
    """

    tasks: tuple[Task, ...]

    @model_validator(mode="after")
    def _must_be_possible(self) -> Self:
        names = {task.name for task in self.tasks}
        for task in self.tasks:
            if missing := [name for name in task.after if name not in names]:
                raise ValueError(f"{task.name!r} waits for {missing[0]!r}, which is no task of this plan")
        try:
            self._order()
        except CycleError as error:
            raise ValueError(f"these tasks wait for each other: {', '.join(error.args[1])}") from None
        return self

    @classmethod
    def from_csv(cls, path: str | Path) -> Self:
        """Read a plan from a file with the columns ``name``, ``duration`` and ``after`` (space-separated)."""
        with Path(path).open(newline="", encoding="utf-8") as file:
            rows: Iterable[dict[str, str]] = csv.DictReader(file)
            tasks = [Task.model_validate({**row, "after": row["after"].split()}) for row in rows]
        return cls(tasks=tuple(tasks))

    @property
    def duration(self) -> timedelta:
        """From the start of the first task to the end of the last."""
        return max((slot.end for slot in self.schedule()), default=timedelta())

    def schedule(self) -> list[Slot]:
        """Let every task begin as early as it can, and list them in that order."""
        tasks = {task.name: task for task in self.tasks}
        slots: dict[str, Slot] = {}
        for name in self._order():
            start = max((slots[other].end for other in tasks[name].after), default=timedelta())
            slots[name] = Slot(name, start, start + tasks[name].duration)
        return sorted(slots.values(), key=lambda slot: (slot.start, slot.end))

    def _order(self) -> list[str]:
        return [*TopologicalSorter({task.name: task.after for task in self.tasks}).static_order()]
