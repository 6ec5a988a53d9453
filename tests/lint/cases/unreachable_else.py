"""A branch that is taken and leaves."""

import sys

if sys.platform == "win32":
    import winreg
else:
    sys.exit("on Windows only")

import msvcrt
