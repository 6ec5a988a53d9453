"""What is written for readers of the source names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS: list[str | Path] = ["README.md", "CONTRIBUTING.md", "SECURITY.md", *ROOT.glob("docs/**/*.md")]
#: A path in backquotes that begins with a folder of sources; `*` stands for any part of a name.
PATH = re.compile(r"`((?:benchmarks|sphinx_emrun|static|templates|tests)/[\w./*-]*)`")


def missing(text: str) -> list[str]:
    return [path for path in PATH.findall(text) if not any(ROOT.glob(path.rstrip("/")))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: Path(path).name)
def test_the_files_that_it_names_are_there(document: str | Path) -> None:
    assert missing((ROOT / document).read_text("utf-8")) == []


def test_a_file_that_is_missing_is_found() -> None:
    assert missing("`static/pty.js`, `tests/js/*.test.mjs`, `static/gone.js`, `static/gone/`") == [
        "static/gone.js",
        "static/gone/",
    ]
