"""What can go wrong while a bundle is made: on the author's side, and on ours."""

from __future__ import annotations

from sphinx_emrun.safe_text import safe

INDENT = "    "


class BundleError(Exception):
    """The author's error: one clear sentence with what to do, perhaps with indented lines of detail below."""


class InterpreterError(Exception):
    """Our error: the bundled interpreter did not do what it was asked to."""


def with_detail(sentence: str, detail: str, *, lines: int = 12) -> str:
    """Append the last `lines` lines of another program's message to `sentence`, indented."""
    tail = [line.rstrip() for line in safe(detail).strip().splitlines() if line.strip()][-lines:]
    return "\n".join([sentence, *(INDENT + line for line in tail)])
