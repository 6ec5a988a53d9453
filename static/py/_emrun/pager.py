"""`help()` pages as on a Linux without `less`: the library's own pager needs no process, only a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from _pyrepl import pager

if TYPE_CHECKING:
    from collections.abc import Callable


def get_pager() -> Callable[..., None]:
    """`_pyrepl.pager.get_pager`, which takes for granted that WebAssembly has no terminal."""
    streams = (sys.stdin, sys.stdout)
    return pager.tty_pager if all(hasattr(s, "isatty") and s.isatty() for s in streams) else pager.plain_pager


def install() -> None:
    """Before `pydoc` is imported, which takes the name over."""
    pager.get_pager = get_pager
