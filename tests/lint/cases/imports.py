"""Imports, however they are written."""

import curses  # fails: curses
import json, tkinter.ttk as ttk  # fails: tkinter.ttk
from multiprocessing import Pool, shared_memory  # fails: multiprocessing.shared_memory
from dbm.gnu import open  # fails: dbm.gnu
from os import (  # fails: os.posix_spawn
    path,
    posix_spawn,
)
from hashlib import pbkdf2_hmac, sha256  # fails: hashlib.pbkdf2_hmac
import importlib
importlib.import_module("readline")  # fails: readline
winreg = __import__("winreg")  # fails: winreg
x = 1; import grp  # fails: grp

class Holder:
    import pwd  # fails: pwd

for name in "ab":
    import resource  # fails: resource
