"""How the package basthon-turtle draws on a page: the module that it asks for.

Each command is JSON, as `static/drawing.js` carries it out. A step takes its time, as with Tk: the program
waits for it, and can be stopped meanwhile.
"""

from __future__ import annotations

import json
import time
from typing import Any

import _emrun_host  # type: ignore[import-not-found]


def emit(payload: str) -> None:
    """Carry out a command."""
    if _emrun_host.draw(payload):
        time.sleep(json.loads(payload).get("duration", 0) / 1000)


def set_event_handler(_handler: Any) -> None:
    """Clicks and keys do not reach the program."""
