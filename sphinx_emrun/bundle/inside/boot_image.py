"""Runs inside the bundled interpreter: compile what of the standard library a start and a prompt import.

On standard input: the arguments of `compile_archive` but `names`. On standard output: Pyodide's version.
"""

from __future__ import annotations

import contextlib
import json
import pkgutil
import sys
from importlib import import_module

#: Packages of which all modules serve the prompt.
WHOLE = ("_pyrepl", "_emrun")
#: What else the prompt needs, and what short examples most often import.
# fmt: off
MODULES = (
    "_colorize", "ast", "asyncio", "code", "codeop", "collections.abc", "contextlib", "copy", "dataclasses",
    "datetime", "decimal", "doctest", "enum", "functools", "importlib.metadata", "inspect", "io", "json",
    "linecache", "math", "pathlib", "random", "re", "rlcompleter", "string", "textwrap", "time", "tokenize",
    "traceback", "typing", "warnings",
)
# fmt: on


def import_all() -> None:
    """Import what a prompt needs; where a module needs a page around it and fails, what it imports counts."""
    for name in MODULES:
        import_module(name)
    for name in WHOLE:
        path = import_module(name).__path__
        for module in pkgutil.iter_modules(path, f"{name}."):
            if not module.name.endswith(".__main__"):
                with contextlib.suppress(Exception):
                    import_module(module.name)


def booted(prefix: str) -> list[str]:
    """The modules that were imported from the archive mounted at `prefix`, as names of its members."""
    specs = [getattr(module, "__spec__", None) for module in list(sys.modules.values())]
    origins = {getattr(spec, "origin", None) for spec in specs}
    return sorted(origin.removeprefix(prefix) for origin in origins if origin and origin.startswith(prefix))


def main() -> None:
    """Import, see what came, compile it."""
    arguments = json.load(sys.stdin)
    import_all()
    names = booted(arguments["prefix"])

    import pyodide
    from compiling import compile_archive  # type: ignore[import-not-found]  # late: it imports more

    compile_archive(names=names, **arguments)
    print(json.dumps({"pyodide": pyodide.__version__}))


main()
