"""What of a bundle's code a page loads with the page, and what once a block runs: read from the imports."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

#: What the page's HTML names, and what is loaded by name later: the page's part and its worker. The relay,
#: `sw.js`, is not among them: the browser fetches it by ways of its own, and a page goes on without it.
WITH_THE_PAGE = ("main.js", "notice.js")
WITH_RUN = ("session.js", "worker.js")
STYLES = ("xterm/xterm.css",)
#: A static import of a file beside it; one in a comment, for types, does not begin its line.
_IMPORT = re.compile(r'^(?:import|export)\b[^"\';(]*"(\.{1,2}/[^"]+)"', re.MULTILINE)


def loaded_by_run(files: Mapping[str, Path]) -> tuple[str, ...]:
    """The scripts and style sheets that are loaded when a block runs for the first time, Pyodide's apart.

    :param files: {path in the bundle: file}.
    """
    return tuple(sorted((_reached(WITH_RUN, files) - _reached(WITH_THE_PAGE, files)) | set(STYLES)))


def _reached(entries: Iterable[str], files: Mapping[str, Path]) -> set[str]:
    """The scripts that are loaded with `entries`."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        # The terminal's minified scripts import nothing.
        text = files[path].read_text(encoding="utf-8")
        folder = posixpath.dirname(path)
        waiting += [posixpath.normpath(posixpath.join(folder, name)) for name in _IMPORT.findall(text)]
    return found
