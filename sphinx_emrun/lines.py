"""Lines as Python counts them. ``str.splitlines`` also ends one at form feeds, at U+2028 and at others."""

from __future__ import annotations

import io


def python_lines(text: str) -> list[str]:
    """The lines of ``text``, without their ends: LF, CR, or both."""
    return io.StringIO(text, newline=None).read().split("\n")
