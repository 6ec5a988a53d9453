"""Code that does not run in a browser, or that may not."""

import os
import platform
import sys
import typing
from typing import TYPE_CHECKING

if sys.platform == "win32":
    import winreg
elif sys.platform.startswith("linux"):
    import resource
else:
    import curses  # fails: curses
if os.name == "nt":
    import msvcrt
if platform.system() in ("Windows", "Darwin"):
    import _winapi
if TYPE_CHECKING:
    import tkinter
if typing.TYPE_CHECKING or _t.TYPE_CHECKING or sys.platform != "emscripten":
    import turtle
if not TYPE_CHECKING and sys.platform == "emscripten":
    import dbm  # fails: dbm
if sys.version_info < (3, 12):
    import pwd
if sys.version_info[0] >= 3:
    import grp  # fails: grp
if sys.version_info[:2] >= (3, 14) and "linux" not in sys.platform.lower():
    import syslog  # fails: syslog
if hasattr(os, "fork"):
    os.fork()
if unknown:
    import venv
else:
    import idlelib
WINDOWS = sys.platform == "win32"
if WINDOWS:
    import winsound
code = os.system("cls") if os.name == "nt" else 0
pid = sys.platform != "emscripten" and os.fork()
while False:
    import turtledemo
if __name__ == "__main__":
    import ensurepip
match sys.platform:
    case "win32":
        import nt
