"""What is measured, over which channels, and the bars."""

from __future__ import annotations

from benchmarks.terminal.cases import Bar, Case

STOP = Bar(median=150, p99=300)
CASES = (
    *(
        Case(name=f"stop-{state}", kind="stop", program=state, bar=STOP)
        for state in ("loop", "sleep", "input", "flood")
    ),
    Case(name="input", kind="answer", program="ask", turns=20),
    Case(name="call", kind="told", program="calls", turns=20),
    Case(name="work", kind="told", program="work"),
)
#: The case that tells its time with looks for signals and its time without, and what they may add to it.
WORK, OVERHEAD = "work", 0.05
