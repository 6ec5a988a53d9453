"""Follows imports: what fails when the modules of a tree are imported, in them or in what they import."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sphinx_emrun.lint.scan import Scan, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sphinx_emrun.lint.rules import Finding, Rules

_TESTS = {"conftest", "setup", "test", "tests", "__main__"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A module's file."""

    path: str
    """For people; of a file in a wheel, with the wheel's."""
    package: str
    """What its relative imports begin at."""
    read: Callable[[], bytes]

    def text(self) -> str:
        """Its content; what is no UTF-8 is no matter here."""
        return self.read().decode("utf-8-sig", "replace")


Tree = dict[str, Source]
"""{dotted name: file}."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in a tree."""

    source: Source
    finding: Finding
    chain: tuple[str, ...]
    """The modules that lead there, each importing the next; the last is the one that holds it."""


def lint_tree(tree: Tree, own: Iterable[str], rules: Rules, entries: Iterable[str] = ()) -> list[Found]:
    """What fails when modules are imported, by file and line.

    :param own: modules that somebody may import. Of these, the ones that are not looked at are tests, private
        modules that none imports, and those that others import only where it is no harm.
    :param entries: modules that are imported in any case.
    """

    @cache
    def read(name: str) -> Scan:
        return scan(tree[name].text(), rules, package=tree[name].package)

    with _without_collector():
        mine = [name for name in own if not _is_test(name)]
        mentioned = {each for name in mine for each in read(name).mentioned - {name}}
        roots = [name for name in mine if _is_public(name) and ("." not in name or name not in mentioned)]
        parents = _reached(tree, read, [*roots, *(name for entry in entries for name in _around(entry))])
    found = [
        Found(tree[name], finding, _chain(name, parents))
        for name in parents
        for finding in read(name).findings
    ]
    return sorted(found, key=lambda each: (each.source.path, each.finding))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Syntax trees are many small objects without cycles: looking for those doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _reached(tree: Mapping[str, Source], read: Callable[[str], Scan], roots: list[str]) -> dict[str, str]:
    """The modules that are imported when ``roots`` are, each with the one that imports it, or ``""``."""
    parents: dict[str, str] = {}
    waiting = [(name, "") for name in roots]
    for name, parent in waiting:  # which grows
        if name in tree and name not in parents:
            parents[name] = parent
            waiting += [(each, name) for target in read(name).imports for each in _around(target)]
    return parents


def _around(name: str) -> Iterator[str]:
    """A module and the packages around it, outermost first."""
    parts = name.split(".")
    yield from (".".join(parts[: number + 1]) for number in range(len(parts)))


def _chain(name: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    chain = [name]
    while parents[chain[-1]]:
        chain.append(parents[chain[-1]])
    return tuple(reversed(chain))


def _is_public(name: str) -> bool:
    return not any(part.startswith("_") for part in name.split("."))


def _is_test(name: str) -> bool:
    parts = name.split(".")
    return bool(_TESTS & set(parts)) or any(part.startswith("test_") for part in parts)
