"""Keeps a function of C that got its place when it was asked for."""

import ctypes

version = ctypes.pythonapi.Py_GetVersion
