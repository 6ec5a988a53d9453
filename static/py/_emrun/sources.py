"""The sources of what has run: each has a file name of its own, by which tracebacks and `inspect` find it."""

from __future__ import annotations

import contextlib
import inspect
import io
import itertools
import linecache
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

#: By file name.
_sources: dict[str, str] = {}
_programs: list[CodeType] = []
_statements = itertools.count()
_getfile = inspect.getfile


def named(filename: str, source: str) -> str:
    """The file name of a program: `filename`, unless another program has run under that."""
    name = filename
    for number in itertools.count(2):
        joined = _joined(_sources.get(name, source), source)
        if joined is not None:
            _sources[name] = joined
            _make_known(name, joined)
            return name
        name = f"<{filename.strip('<>')} ({number})>"
    raise AssertionError


def _joined(one: str, other: str) -> str | None:
    """Two sources of a file, of which each may be a part with empty lines around; None where they differ."""
    if one == other:
        return one
    lines = list(itertools.zip_longest(one.split("\n"), other.split("\n"), fillvalue=""))
    if any(line.strip() and also.strip() and line != also for line, also in lines):
        return None
    return "\n".join(line if line.strip() else also for line, also in lines)


def statement(source: str) -> str:
    """The file name of a statement that is typed, or of a transcript's."""
    name = f"<python-input-{next(_statements)}>"
    _sources[name] = source
    _make_known(name, source)
    return name


def knows(filename: str) -> bool:
    """Whether it is a program's."""
    return filename in _sources


def add(program: CodeType) -> None:
    """Keep the code of a program that runs: it tells where a class comes from."""
    _programs.append(program)


def install() -> None:
    """Let `inspect` find the classes of a program whose file is not that of `__main__`."""
    inspect.getfile = _file_of


def _make_known(name: str, source: str) -> None:
    with contextlib.suppress(Exception):  # a program may have spoilt it
        linecache.cache[name] = (len(source), None, io.StringIO(source, newline=None).readlines(), name)


def _file_of(object: Any) -> str:  # noqa: A002 - its name there
    if isinstance(object, type) and object.__module__ == "__main__":
        place = object.__qualname__, vars(object).get("__firstlineno__")
        for program in reversed(_programs):
            if any((code.co_qualname, code.co_firstlineno) == place for code in _within(program)):
                return program.co_filename
    return _getfile(object)


def _within(program: CodeType) -> Iterator[CodeType]:
    """The code objects in another."""
    for constant in program.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _within(constant)
