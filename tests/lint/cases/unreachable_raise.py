"""What follows an exception is not run."""

import sys

if sys.platform == "emscripten":
    raise ImportError("not in a browser")

import curses
