"""How the steps that take long are shown."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import Protocol


class Progress(Protocol):
    """Shows a step while it lasts."""

    def __call__(self, step: str, /) -> AbstractContextManager[None]:
        """Enter around a step, which `step` names as Sphinx does, e.g. "resolving 3 requirements"."""


def unseen(_step: str, /) -> AbstractContextManager[None]:
    """Show no step."""
    return contextlib.nullcontext()
