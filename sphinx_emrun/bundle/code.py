"""The scripts of a site: each entry of ``static/`` and all that it imports, joined into one file.

A script costs its reader a request, a check, and, as far down as it is imported, a wait for those before it;
and there are many. What is third-party stays a file of its own. A module that two entries use is there twice,
each with a state of its own.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

#: What the page's HTML names, and what is loaded by name later: the page's part, its worker, and the relay,
#: which is checked where it is needed (`channel/relay.js`).
WITH_THE_PAGE = ("main.js", "notice.js")
WITH_RUN = ("session.js", "worker.js")
WHERE_NEEDED = ("sw.js",)
STYLES = ("xterm/xterm.css",)
#: A static import of a file beside it; one in a comment, for types, does not begin its line.
_IMPORT = re.compile(r'^import\b([^"\';(]*?)(?:\bfrom )?"(\.{1,2}/[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=((?:async )?function|class|const) (.*))", re.MULTILINE)
#: A comment that has its lines to itself: a third of what a page would load before anybody presses Run.
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_DECLARED = re.compile(r"(?:^|, )(\w+) = ")


def loaded_by_run(files: Mapping[str, Path]) -> tuple[str, ...]:
    """The scripts and style sheets that are loaded when a block runs for the first time, Pyodide's apart.

    :param files: {path in ``static/``: file}.
    """
    third_party = {name for entry in WITH_RUN for name in reached(entry, files) if name not in files}
    return tuple(sorted({*WITH_RUN, *third_party, *STYLES}))


def joined(files: Mapping[str, Path]) -> dict[str, str]:
    """The scripts of a site as {path: text}, without comments.

    :param files: {path in ``static/``: file}, its scripts.
    :raises ValueError: for what this does not know how to join.
    """
    entries = (*WITH_THE_PAGE, *WITH_RUN, *WHERE_NEEDED)
    return {entry: _COMMENT.sub("", _join(entry, files)) for entry in entries}


def _join(entry: str, files: Mapping[str, Path]) -> str:
    """Each module becomes a function, called once, in the order in which a browser would run them."""
    paths = reached(entry, files)
    if paths == [entry]:
        return _read(entry, files)
    outside = [f'import * as {_name(path)} from "./{path}";\n' for path in sorted(set(paths) - files.keys())]
    exports: dict[str, list[str]] = {}
    parts = [_module(path, files, exports) for path in paths if path in files]
    names = ", ".join(exports[entry])
    return "".join(
        [*outside, *parts, *([f"export const {{ {names} }} = {_name(entry)};\n"] if names else [])]
    )


def _module(path: str, files: Mapping[str, Path], exports: dict[str, list[str]]) -> str:
    """The module as a function.

    :param exports: {path: names} of those before it; its own are added.
    """
    text = _read(path, files)

    def bind(found: re.Match[str]) -> str:
        names, source = found[1].strip(), _beside(path, found[2])
        if not names:
            return ""
        if names.startswith("* as "):
            return f"const {names.removeprefix('* as ')} = {_name(source)};"
        unknown = {name.split()[0] for name in names.strip("{} \n,").split(", ")} - set(
            exports.get(source, ())
        )
        if source in files and unknown:
            raise ValueError(f"{path}: {source} exports no {', '.join(sorted(unknown))}")
        return f"const {names.replace(' as ', ': ')} = {_name(source)};"

    exports[path] = list(_exported(path, text))
    body = _EXPORT.sub("", _IMPORT.sub(bind, text))
    if left := re.search(r"^(?:import|export)\b.*", body, re.MULTILINE):
        raise ValueError(f"{path}: this cannot be joined: {left[0]}")
    return f"const {_name(path)} = (() => {{\n{body}\nreturn {{ {', '.join(exports[path])} }};\n}})();\n"


def _exported(path: str, text: str) -> Iterator[str]:
    for kind, rest in _EXPORT.findall(text):
        if kind == "const":
            yield from _DECLARED.findall(rest)
        else:
            yield re.split(r"\W", rest, maxsplit=1)[0]


def reached(entry: str, files: Mapping[str, Path]) -> list[str]:
    """The scripts that are loaded with `entry`, each after all that it imports."""
    found: list[str] = []
    on_the_way: list[str] = []

    def visit(path: str) -> None:
        if path in found:
            return
        if path in on_the_way:
            raise ValueError(f"{path} imports itself, through {' and '.join(on_the_way)}")
        on_the_way.append(path)
        for name in _imports(path, files):
            visit(name)
        found.append(on_the_way.pop())

    visit(entry)
    return found


def _imports(path: str, files: Mapping[str, Path]) -> Iterable[str]:
    # The terminal's minified scripts import nothing.
    text = _read(path, files) if path in files else ""
    return [_beside(path, name) for _, name in _IMPORT.findall(text)]


def _read(path: str, files: Mapping[str, Path]) -> str:
    return files[path].read_text(encoding="utf-8")


def _beside(path: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _name(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))
