"""Lines whose author knows."""

import os
import curses  # emrun: ignore
import tkinter  # noqa: F401  # emrun: ignore (a reader without a window sees why)
from os import (
    path,
    posix_spawn,  # emrun: ignore
)
os.fork()  #emrun:ignore
os.fork()  # emrun ignore  # fails: os.fork()
