"""Runs inside the interpreter: imports the modules named on standard input, prints {name: error or None}."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys


def attempt(name: str) -> str | None:
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            importlib.import_module(name)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return None


names = json.load(sys.stdin)
print(json.dumps({name: attempt(name) for name in names}))
