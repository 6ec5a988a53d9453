"""The standard streams, as a program finds them and leaves them."""

from __future__ import annotations

import sys
from io import BufferedIOBase, BufferedReader, BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from os import read, write
from typing import Any

import _emrun_host  # type: ignore[import-not-found]

#: In the order of their file descriptors, with what each has to have.
_STREAMS = {"stdin": "readline", "stdout": "write", "stderr": "write"}
_errors = {name: getattr(sys, name).errors for name in _STREAMS}
#: As much as the terminal holds of a line.
_MOST = 4096
#: What programs have put over the terminal's buffer, which the last of them would close.
_kept: dict[int, object] = {}


def mend() -> None:
    """Open again what a program has closed, dropped, or replaced by what is no stream of text."""
    _emrun_host.reopen()
    for name, method in _STREAMS.items():
        own: Any = getattr(sys, f"__{name}__", None)
        if not _usable(own, method):
            own = _opened(name)
            setattr(sys, f"__{name}__", own)
        stream = getattr(sys, name, None)
        if not _usable(stream, method):
            setattr(sys, name, own)
        elif stream is not own and getattr(stream, "buffer", None) is own.buffer:
            _kept[id(stream)] = stream


def renew_input() -> None:
    """Give a program a `sys.stdin` of its own: what one has read ahead is not the next one's."""
    if sys.stdin is sys.__stdin__:  # else it is the program's own doing
        sys.stdin = sys.__stdin__ = _opened("stdin")  # type: ignore[misc]


def flush() -> None:
    """Bring out what the program left in its buffers, in Python's own order at a program's end."""
    for name in ("stderr", "stdout"):
        try:
            getattr(sys, name).flush()
        except BaseException:  # the program's own stream, in which a stop may come
            continue


def show(text: str) -> None:
    """Write to the terminal, whatever `sys.stdout` is."""
    data = text.encode(errors="replace")
    while data:
        data = data[write(1, data) :]


def read_line() -> str | None:
    """A line from the terminal, whatever `sys.stdin` is; None at the end of input."""
    line = b""
    while not line.endswith(b"\n"):
        if not (part := read(0, _MOST)):
            return None
        line += part
    return line[:-1].decode(errors="replace")


def _usable(stream: Any, method: str) -> bool:
    try:
        return (
            callable(getattr(stream, method))
            and not getattr(stream, "closed", False)
            and not isinstance(stream, RawIOBase | BufferedIOBase)
        )
    except Exception:
        return False


def _opened(name: str) -> Any:
    fd = [*_STREAMS].index(name)
    raw = FileIO(fd, "w" if fd else "r", closefd=False)
    raw.name = f"<{name}>"
    buffer = BufferedWriter(raw) if fd else BufferedReader(raw)
    stream: Any = TextIOWrapper(buffer, encoding="utf-8", errors=_errors[name], line_buffering=fd > 0)
    stream.mode = "w" if fd else "r"
    return stream
