"""What happens before the first program: at every start, and around the memory that a start may come from.

A site's interpreter is started once, when the site is built, and its memory is kept; a reader's interpreter
goes on from there. `prepare` and `freeze` run before the memory is taken, `thaw` after it has been put back.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import importlib.util
import io
import linecache
import os
import sys
import time
import zipimport
from types import ModuleType
from typing import Any

from pyodide import webloop

from . import httpx_transports, redrawing

#: Set for the start alone; no program sees them.
_OWN_VARIABLES = ("PYTHONINSPECT", "PYTHONHASHSEED")
#: What a standard stream is on; and where else it is open (dup(2)): which of them it is there.
_TERMINAL = "/dev/tty"
_duplicates: dict[int, int] = {}
_ZEROS = "/tmp/zeros"
#: No module opens as many.
_MOST_FILES = 64


def adapt() -> None:
    """Take back what Pyodide changes in Python's library, among it its note on every import that fails."""
    time.sleep, asyncio.run = webloop._orig_sleep, webloop._orig_run
    asyncio._set_running_loop(None)
    sys.excepthook = sys.__excepthook__
    for name in _OWN_VARIABLES:
        os.environ.pop(name, None)


def install() -> None:
    """Put what is ours in the place of what cannot work here; what is kept of a start has it already."""
    redrawing.install()
    httpx_transports.install()


def prepare(name: str) -> str:
    """Import the module `name`, if there is one.

    :returns: why it has to be left to the programs that import it, or "".
    """
    parent = name.rpartition(".")[0]
    if parent and not hasattr(sys.modules.get(parent), "__path__"):
        return ""
    try:
        if importlib.util.find_spec(name) is None:
            return ""
        importlib.import_module(name)
        # A module may keep these, so they are the terminal's: what comes there is looked at from outside.
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "" if _streams_only() else "it keeps a file open"


def loaded() -> str:
    """The names of the modules that are imported."""
    return " ".join(sys.modules)


def _streams_only() -> bool:
    """Whether no file is open; what is kept open for speed alone is closed first."""
    for forget in (lambda: None, importlib.invalidate_caches, gc.collect):
        forget()
        if {_TERMINAL} >= set(_open_files().values()):
            return True
    return False


def _open_files() -> dict[int, str]:
    """The paths of the open files besides the standard streams."""
    found = {}
    for fd in range(3, _MOST_FILES):
        with contextlib.suppress(OSError):
            found[fd] = os.readlink(f"/proc/self/fd/{fd}")
    return found


def freeze() -> None:
    """Drop what is kept for speed, and what depends on this start."""
    _duplicates.update({fd: fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE for fd in _open_files()})
    linecache.clearcache()
    importlib.invalidate_caches()
    sys._clear_internal_caches()  # type: ignore[attr-defined]
    if (re := sys.modules.get("re")) is not None:
        re.purge()
    zipimport._zip_directory_cache.clear()  # type: ignore[attr-defined]
    sys.path_importer_cache.clear()
    _clear_input_buffer()
    gc.collect()


def _clear_input_buffer() -> None:
    """Have the buffer of standard input hold zeros, for what memory held before would be kept with it."""
    stream: io.BufferedReader = sys.stdin.buffer  # type: ignore[assignment]
    with open(_ZEROS, "w+b", buffering=0) as zeros:
        os.unlink(_ZEROS)
        zeros.write(bytes(io.DEFAULT_BUFFER_SIZE))
        zeros.seek(0)
        terminal = os.dup(0)
        os.dup2(zeros.fileno(), 0)
        stream.read1(len(stream.peek()))
        os.dup2(terminal, 0)
        os.close(terminal)


def thaw(environment: dict[str, str]) -> None:
    """Make this interpreter one that has just been started, on its terminal.

    :param environment: variables besides those of every start.
    """
    os.environ.update(environment)
    for duplicate, stream in _duplicates.items():
        os.dup2(stream, duplicate)
    # Pyodide's start puts it there, again.
    sys.path[:] = ["", *(folder for folder in sys.path if folder)]
    for name, renew in _RENEWED.items():
        if (module := sys.modules.get(name)) is not None:
            renew(module)


def _renew_random(random: Any) -> None:
    random.seed()


def _renew_logging(logging: Any) -> None:
    logging._startTime = time.time_ns()


def _renew_tempfile(tempfile: Any) -> None:
    tempfile._name_sequence = None


def _renew_time(time: ModuleType) -> None:
    """The time zone, which C has been told anew, is among the constants that the module makes once."""
    spec: Any = time.__spec__
    started = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(started)
    for name in ("timezone", "altzone", "daylight", "tzname"):
        setattr(time, name, getattr(started, name))


def _renew_uuid(uuid: ModuleType) -> None:
    for name in ("_node", "_last_timestamp", "_last_timestamp_v7", "_last_counter_v7"):
        if hasattr(uuid, name):
            setattr(uuid, name, 0 if name == "_last_counter_v7" else None)


#: What a module draws by chance, from the clock, or from where the reader is, when it is imported.
_RENEWED = {
    "time": _renew_time,
    "random": _renew_random,
    "logging": _renew_logging,
    "tempfile": _renew_tempfile,
    "uuid": _renew_uuid,
}
