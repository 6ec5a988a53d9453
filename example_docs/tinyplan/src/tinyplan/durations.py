"""Durations as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {"d": 86400, "h": 3600, "min": 60, "m": 60, "s": 1}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(d|h|min|m|s)\b")


def parse_duration(text: str) -> timedelta:
    """Read a duration like ``1h 30min``.

    Days, hours, minutes and seconds are ``d``, ``h``, ``min`` (or ``m``) and ``s``.

    >>> parse_duration("1h 30min")
    datetime.timedelta(seconds=5400)
    >>> parse_duration("0.5 h") == parse_duration("30m")
    True
    >>> parse_duration("soon")
    Traceback (most recent call last):
        ...
    ValueError: 'soon' is no duration; write it like '1h 30min'
    """
    position, seconds = 0, 0.0
    for part in _PART.finditer(text):
        if part.start() != position:
            break
        seconds += float(part[1]) * UNITS[part[2]]
        position = part.end()
    if position == 0 or text[position:].strip():
        raise ValueError(f"{text!r} is no duration; write it like '1h 30min'")
    return timedelta(seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """Write a duration the way :func:`parse_duration` reads it, to the second.

    >>> from datetime import timedelta
    >>> format_duration(timedelta(minutes=90))
    '1h 30min'
    >>> format_duration(timedelta())
    '0s'
    """
    seconds = round(duration.total_seconds())
    parts = []
    for unit in ("d", "h", "min", "s"):
        count, seconds = divmod(seconds, UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"
