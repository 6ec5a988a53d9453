"""What follows an assertion that fails is not run."""

import sys

assert sys.platform == "win32"

import winreg
