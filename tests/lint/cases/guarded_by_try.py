"""Imports whose failure is caught."""

import contextlib
import os
import signal

try:
    import curses
except ImportError:
    curses = None
try:
    import readline
except ModuleNotFoundError:
    import pwd  # fails: pwd
try:
    from os import posix_spawn
except (ValueError, ImportError):
    posix_spawn = None
try:
    import grp
except Exception:
    pass
try:
    import syslog
except:
    pass
try:
    import resource  # fails: resource
except OSError:
    import venv
else:
    import tkinter
try:
    import msvcrt
except unknown.Error:
    pass
with contextlib.suppress(ImportError):
    import turtle
with _suppress(OSError, ModuleNotFoundError), open("file"):
    import turtledemo
with contextlib.suppress(OSError):
    import idlelib  # fails: idlelib
with self.assertRaises(errors.PlatformError):
    import winsound
try:
    import winreg
except ImportError:
    try:
        import dbm
    except ImportError:
        dbm = None
try:
    import json
except ImportError:
    import _winapi
else:
    import ensurepip  # fails: ensurepip
finally:
    import antigravity  # fails: antigravity
try:
    os.fork()
except OSError:
    pass
try:
    signal.alarm(1)
except AttributeError:
    pass
try:
    os.fork()  # fails: os.fork()
except ValueError:
    pass
