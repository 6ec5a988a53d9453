"""Plans small jobs: durations in words, tasks that wait for each other, tables and bars in plain text."""

from tinyplan.durations import format_duration, parse_duration
from tinyplan.plans import Plan, Slot, Task
from tinyplan.text import bar, chart, progress, table

__all__ = [
    "Plan",
    "Slot",
    "Task",
    "bar",
    "chart",
    "format_duration",
    "parse_duration",
    "progress",
    "table",
]
