"""What the report says, and when it warns."""

from __future__ import annotations

import pytest

from sphinx_emrun.bundle.contents import Contents, Part, Share, Size
from sphinx_emrun.report import over_budget, report


def part(name: str, when: str, gzip: int) -> Part:
    return Part(name=name, when=when, size=Size(raw=gzip * 2, gzip=gzip, brotli=gzip - 1000))  # type: ignore[arg-type]


CONTENTS = Contents(
    parts=(
        part("scripts", "page", 10_000),
        part("wasm", "run", 3_000_000),
        part("snapshot", "run", 4_000_000),
        part("licences", "never", 5_000_000),
        part("library", "later", 6_000_000),
    ),
    packages=(part("sympy 1.14.0", "later", 2_000_000), part("Unused-Thing 2", "later", 1_000)),
    shares=(
        Share(asked="", modules=("sys", "os", "re", "io"), bytes=2_000_000),
        Share(asked="_emrun.session", modules=("_emrun",), bytes=500_000),
        Share(asked="csv", modules=("csv", "_csv"), bytes=40_000),
        Share(asked="sympy", modules=("sympy", "mpmath"), bytes=1_460_000),
    ),
)


def test_before_the_first_output_is_what_is_loaded_by_then() -> None:
    assert CONTENTS.before_output() == Size(raw=14_020_000, gzip=7_010_000, brotli=7_007_000)


def test_the_report_names_parts_packages_and_who_asked_for_what() -> None:
    lines = report(CONTENTS).splitlines()
    (total,) = [line for line in lines if line.startswith("In all")]
    assert total.split()[-6:] == ["14.02", "MB", "7.01", "MB", "7.01", "MB"]
    for start in (
        "  wasm ",
        "  sympy 1.14.0 ",
        "  Python's start: 2.00 MB, 4 modules (sys, os, re …)",
        "  sessions (_emrun.session): 0.50 MB, 1 module (_emrun)",
        "  csv: 40.0 kB, 2 modules (csv, _csv)",
        "  Without sympy in the snapshot",
        "  No block imports Unused-Thing 2 by itself",
    ):
        assert any(line.startswith(start) for line in lines), start
    order = [line.split()[0] for line in lines if line.startswith(("  sympy:", "  csv:", "  Python's"))]
    assert order == ["Python's", "sympy:", "csv:"]


@pytest.mark.parametrize("budget", ["7.01 MB", "8 MB", "8000kB"])
def test_within_the_budget_nothing_is_said(budget: str) -> None:
    assert over_budget(CONTENTS, budget) == ""


def test_over_the_budget_the_biggest_causes_are_named() -> None:
    assert over_budget(CONTENTS, "7 MB") == (
        "readers load 7.01 MB before the first output, and emrun_budget is 7 MB. The biggest parts: "
        "snapshot (4.00 MB), wasm (3.00 MB), scripts (10.0 kB). In the snapshot for the sake of the blocks, "
        "or by emrun_snapshot: sympy (1.46 MB), csv (40.0 kB)."
    )
