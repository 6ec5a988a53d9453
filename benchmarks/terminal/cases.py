"""What is measured, and the bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What is to be reached."""

    #: The median at most (of a time) or at least (of a rate).
    median: float | None = None
    #: The 99th percentile of a time, at most.
    p99: float | None = None
    #: Not slower than the baseline.
    baseline: bool = False


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing to measure."""

    name: str
    #: The function in ``probe.js``.
    kind: Literal["output", "echo", "stop", "frames", "answer", "told"]
    #: The program, by its file's name.
    program: str
    #: In so many turns at the most.
    turns: int | None = None
    bar: Bar | None = None

    @property
    def unit(self) -> str:
        """Of the numbers."""
        return {"output": "MB/s", "frames": "frames/s"}.get(self.kind, "ms")

    @property
    def rate(self) -> bool:
        """Whether more is better."""
        return self.unit != "ms"


STATES = ("loop", "input", "read", "sleep", "asyncio", "select", "regex", "flood", "sort")
CASES = (
    Case(name="output-lines", kind="output", program="lines", turns=5, bar=Bar(baseline=True)),
    Case(name="output-chunks", kind="output", program="chunks", turns=5, bar=Bar(baseline=True)),
    Case(name="echo-input", kind="echo", program="input", turns=20),
    Case(name="echo-busy", kind="echo", program="loop", turns=20, bar=Bar(median=16)),
    *(
        Case(name=f"stop-{state}", kind="stop", program=state, bar=Bar(median=50, p99=150))
        for state in STATES
    ),
    Case(name="frames-flood", kind="frames", program="flood", turns=5, bar=Bar(median=30)),
)
