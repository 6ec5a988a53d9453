"""Had such a function, and called it: it is gone, and so is its place."""

from ctypes import CFUNCTYPE, c_int

ANSWER = CFUNCTYPE(c_int, c_int)(lambda number: 2 * number)(21)
