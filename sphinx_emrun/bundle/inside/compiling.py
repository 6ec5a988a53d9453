"""Runs inside the bundled interpreter: bytecode that does not depend on the times of its sources."""

from __future__ import annotations

import importlib.util
import marshal
import warnings
import zipfile
from collections.abc import Iterable

#: PEP 552: a hash-based pyc that is not checked against its source.
UNCHECKED_HASH = 0b01
#: Our own modules: their docstrings are for those who read the sources.
OURS = "/_emrun/"


def bytecode(source: bytes, filename: str) -> bytes | None:
    """The content of a pyc file, or None for a source that is not Python of this version (a template, say).

    :param filename: what tracebacks will say.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            code = compile(source, filename, "exec", dont_inherit=True, optimize=2 if OURS in filename else 0)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    header = (
        importlib.util.MAGIC_NUMBER
        + UNCHECKED_HASH.to_bytes(4, "little")
        + importlib.util.source_hash(source)
    )
    return header + marshal.dumps(code)


def compile_archive(source: str, names: Iterable[str], prefix: str, out: str) -> None:
    """Compile the members `names` of the zip archive `source` into the archive `out`, under the same names.

    :param prefix: put before a name to make the filename that tracebacks will say.
    """
    with zipfile.ZipFile(source) as sources, zipfile.ZipFile(out, "w") as compiled:
        for name in names:
            content = bytecode(sources.read(name), prefix + name)
            if content is not None:
                compiled.writestr(name, content)
