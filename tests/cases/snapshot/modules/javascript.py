"""Keeps an object of JavaScript's."""

from pyodide.ffi import to_js

array = to_js([1, 2])
