"""What of the standard library works in a browser, what does not, why, and what to use instead.

``table.json`` is made by trying everything in the interpreter that ships (:mod:`.regenerate`);
``groups.toml``, written by hand, says why something fails and what helps. Knows no Sphinx.
"""

from __future__ import annotations

import functools
import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).with_name("table.json")
GROUPS = Path(__file__).with_name("groups.toml")

NO_EFFECT = "no effect"
"""The error of a call that raises none, but does nothing."""
Status = Literal["works", "limited", "missing"]
"""Of a module: all that was tried works; it can be imported, but some calls fail; it cannot be imported."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """What fails for one reason."""

    name: str
    reason: str
    """A clause that goes on after a colon, without a full stop."""
    instead: str
    missing: tuple[str, ...] = ()
    """Modules, each with all below it."""
    calls: Mapping[str, str] = field(default_factory=dict, repr=False)
    """{dotted name: a program that makes the call}."""
    unsure: frozenset[str] = frozenset()
    """Those of the calls that work on some sites."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """How an import or a call fails."""

    error: str
    """``NAME: MESSAGE`` of the exception, or :data:`NO_EFFECT`, or how else the interpreter ended."""
    group: Group

    @property
    def exception(self) -> str:
        """The name of the exception's class, as :mod:`builtins` have it or with its module."""
        return self.error.partition(":")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """The table, joined with the reasons."""

    python: str
    pyodide: str
    works: frozenset[str]
    """Modules that can be imported."""
    missing: Mapping[str, Failure]
    """Modules that cannot."""
    calls: Mapping[str, Failure]
    """Calls that fail, by dotted name."""

    def status(self, module: str) -> Status | None:
        """Of a module of the standard library; None of any other."""
        if module in self.missing:
            return "missing"
        if module not in self.works:
            return None
        return "limited" if self.failing_calls(module) else "works"

    def failing_calls(self, module: str) -> dict[str, Failure]:
        """The calls of a module that fail, without those of its submodules."""
        return {name: failure for name, failure in self.calls.items() if self.module_of(name) == module}

    def module_of(self, call: str) -> str:
        """The module that a dotted name of :attr:`calls` begins with."""
        parts = call.split(".")
        names = (".".join(parts[:number]) for number in range(len(parts) - 1, 0, -1))
        return next(name for name in names if name in self.works)

    def compact(self) -> str:
        """All that fails, as JSON small enough to go into a page.

        ``{"groups": [[reason, instead], …], "missing": {module: group}, "calls": {call: group}}``, a group
        being a place in the first list. A module below a missing one is left out: Python's own error names
        the one above.
        """
        known = {each.group.name: each.group for each in (*self.missing.values(), *self.calls.values())}
        groups = sorted(known)
        data = {
            "groups": [[known[name].reason, known[name].instead] for name in groups],
            "missing": {
                name: groups.index(failure.group.name)
                for name, failure in sorted(self.missing.items())
                if name.rpartition(".")[0] not in self.missing
            },
            "calls": {name: groups.index(failure.group.name) for name, failure in sorted(self.calls.items())},
        }
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def read_groups() -> tuple[list[Group], list[str]]:
    """The groups, and modules to be tried besides those that the interpreter names."""
    data = tomllib.loads(GROUPS.read_text(encoding="utf-8"))
    return [_group(each) for each in data["group"]], data["also"]


def _group(data: dict[str, Any]) -> Group:
    absent = {name: f"import {name.rpartition('.')[0]}; {name}" for name in data.get("absent", ())}
    return Group(
        name=data["name"],
        reason=data["reason"],
        instead=data["instead"],
        missing=tuple(data.get("missing", ())),
        calls=data.get("calls", {}) | absent,
        unsure=frozenset(data.get("unsure", ())),
    )


@functools.cache
def read_platform() -> Platform:
    """The table of this version.

    :raises ValueError: when something fails that no group names.
    """
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    groups = read_groups()[0]
    modules = {module: group for group in groups for module in group.missing}
    calls = {call: group for group in groups for call in group.calls}
    return Platform(
        python=table["python"],
        pyodide=table["pyodide"],
        works=frozenset(table["works"]),
        missing={
            name: Failure(error=error, group=_nearest(name, modules))
            for name, error in table["missing"].items()
        },
        # The bundle holds this table, which is made with a bundle: what has gone must not be in the way.
        calls={
            name: Failure(error=error, group=calls[name])
            for name, error in table["calls"].items()
            if name in calls
        },
    )


def _nearest(module: str, groups: Mapping[str, Group]) -> Group:
    name = module
    while name and name not in groups:
        name = name.rpartition(".")[0]
    if not name:
        raise ValueError(f"{module} cannot be imported, and no group in {GROUPS.name} says why")
    return groups[name]
