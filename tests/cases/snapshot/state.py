"""All that could tell a restored interpreter from one that has just been started."""

import asyncio
import atexit
import builtins
import calendar
import datetime
import email.utils
import gc
import io
import linecache
import locale
import os
import platform
import select
import shutil
import signal
import socket
import sys
import sysconfig
import tempfile
import termios
import threading
import time
import traceback
import warnings
import weakref
import zoneinfo

import js

try:
    import resource
except ImportError:
    resource = None


def show(what: str, value: object) -> None:
    print(f"{what}: {value!r}")


show("argv", (sys.argv, sys.orig_argv, sys.executable, sys.prefix, sys.base_prefix))
show("path", sys.path)
show("meta path", [getattr(finder, "__name__", type(finder).__name__) for finder in sys.meta_path])
show("path hooks", [getattr(hook, "__qualname__", "") for hook in sys.path_hooks])
show("flags", sys.flags)
show("options", (sys.warnoptions, sys._xoptions, sys.dont_write_bytecode, sys.getrecursionlimit()))
show("hooks", [getattr(sys, name) is getattr(sys, f"__{name}__") for name in ("excepthook", "displayhook")])
show("trace", (sys.gettrace(), sys.getprofile(), sys.getswitchinterval()))
show("emscripten", sys._emscripten_info)
show("environment", sorted(os.environ.items()))
show("putenv", [os.getenv(name) for name in ("PYTHONHASHSEED", "PYTHONINSPECT", "HOME", "TERM")])
show("hash", (hash("abc"), hash(b"abc"), {"a", "b", "c", "d"}))
show("directory", (os.getcwd(), os.listdir(), os.path.expanduser("~")))
show("process", (os.getpid(), os.getppid(), os.getuid(), os.umask(0o022)))
show(
    "tree",
    {folder: sorted(os.listdir(folder)) for folder in ("/", "/dev", "/home", "/tmp", "/lib", "/proc/self")},
)
streams = (sys.stdin, sys.stdout, sys.stderr)
show("streams", streams)
show("same streams", [stream is getattr(sys, f"__{stream.name.strip('<>')}__") for stream in streams])
show(
    "modes", [(s.mode, s.encoding, s.errors, s.line_buffering, s.write_through, s.newlines) for s in streams]
)
show(
    "terminal", [(s.isatty(), s.fileno(), os.get_terminal_size(s.fileno()), os.ttyname) for s in streams[1:2]]
)
show("size", shutil.get_terminal_size())
show("positions", [stream.closed for stream in streams])
show("readable", select.select([0], [], [], 0)[0])
show(
    "open files",
    [os.readlink(f"/proc/self/fd/{fd}") for fd in range(32) if os.path.lexists(f"/proc/self/fd/{fd}")],
)
show("next descriptor", (fd := os.open("/dev/null", os.O_RDONLY), os.close(fd))[0])
show("threads", (threading.enumerate(), threading.current_thread() is threading.main_thread()))
show("signals", {s.name: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGWINCH)})
show("loop", (asyncio._get_running_loop(), asyncio.run.__module__, type(asyncio.new_event_loop()).__name__))
show("sleep", time.sleep)
show("clock", abs(time.time() - time.clock_gettime(time.CLOCK_REALTIME)) < 1)
show("since the start", 0 <= time.monotonic() < 3600 and 0 <= time.perf_counter() < 3600)
show("year", time.gmtime().tm_year > 2020)
SUMMER, WINTER = (datetime.datetime(2026, month, 1, 12) for month in (7, 1))
show("zone", (time.tzname, time.timezone, time.altzone, time.daylight, hasattr(time, "tzset")))
show("times", [(tuple(t := time.localtime(each)), t.tm_zone, t.tm_gmtoff) for each in (0, 1_782_900_000)])
show("formatted", [time.strftime("%Z %z %c", time.localtime(each)) for each in (0, 1_782_900_000)])
show("made", [time.mktime((2026, month, 1, 12, 0, 0, 0, 1, -1)) for month in (1, 7)])
show("parsed", time.strptime(f"2026 {time.tzname[0]}", "%Y %Z").tm_isdst)
show("dates", [(each.astimezone().tzname(), each.astimezone().utcoffset()) for each in (SUMMER, WINTER)])
show("stamps", [(each.timestamp(), datetime.datetime.fromtimestamp(0)) for each in (SUMMER, WINTER)])
show("mail", email.utils.format_datetime(SUMMER.astimezone()))
show("clocks", [time.get_clock_info(name) for name in ("time", "monotonic", "perf_counter", "process_time")])
show(
    "processors",
    (
        os.cpu_count(),
        os.process_cpu_count(),
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
    ),
)
show("host", (os.uname(), socket.gethostname()))
show(
    "limits",
    [resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith("RLIMIT_")]
    if resource
    else None,
)
show("terminal's", (os.environ.get("TERM"), os.environ.get("LANG"), termios.tcgetattr(0)[:4]))
show(
    "conversions",
    (locale.localeconv(), locale.setlocale(locale.LC_ALL), calendar.month_name[1], calendar.day_abbr[0]),
)
show("folders", (tempfile.gettempdir(), os.path.expanduser("~"), zoneinfo.TZPATH))
show("locale", (locale.getlocale(), locale.getpreferredencoding(), sys.getfilesystemencoding()))
show("platform", (platform.platform(), platform.uname(), platform.python_build(), platform.python_compiler()))
show("paths", sysconfig.get_paths())
show("js", sorted(name for name in dir(js) if not name.startswith("_")))
show("page", [hasattr(js, name) for name in ("fetch", "document", "postMessage", "self", "WebAssembly")])
show("warnings", (warnings.filters, warnings.defaultaction))
show("lines", sorted(name for name in linecache.cache if not name.startswith("<")))
show("collector", (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), gc.garbage, gc.callbacks))
show("exceptions", (sys.exc_info(), hasattr(sys, "last_exc"), hasattr(sys, "ps1"), hasattr(builtins, "_")))
show(
    "main",
    sorted(
        vars(sys.modules["__main__"]).keys() - set(globals()) | {n for n in globals() if n.startswith("__")}
    ),
)
show("builtins", (builtins.input, builtins.print, builtins.open is io.open, "exit" in vars(builtins)))
show("exit", atexit._ncallbacks())
show("random files", os.path.exists("/dev/urandom"))


class Thing:
    """Its references are followed."""


thing = Thing()
reference = weakref.ref(thing)
del thing
show("weak references", reference())
try:
    import no_such_module
except ImportError:
    show("missing", traceback.format_exc().splitlines()[-1])
try:
    os.stat("/lib/python3.14/site-packages/nothing")
except OSError as error:
    show("errors", error)
