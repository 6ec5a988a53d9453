"""By what code is judged, and what is said of it."""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sphinx_emrun.lint.conditions import known_names
from sphinx_emrun.platform import NO_EFFECT

if TYPE_CHECKING:
    from collections.abc import Collection

    from sphinx_emrun.platform import Failure, Platform


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that fails."""

    line: int
    """From 1."""
    text: str
    """What, why, and what to use instead."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """By what a program is judged."""

    platform: Platform
    provided: Collection[str] = frozenset()
    """Top-level modules that packages bring, whatever the standard library lacks."""
    program: bool = False
    """It is run, not imported: ``__name__`` is ``"__main__"``."""
    functions: bool = False
    """Calls in functions count as well."""

    def module(self, name: str) -> Failure | None:
        """How importing a module fails, if it does."""
        if name.partition(".")[0] in self.provided:
            return None
        while name and name not in self.platform.missing:
            name = name.rpartition(".")[0]
        return self.platform.missing.get(name)

    def member(self, module: str, name: str) -> Failure | None:
        """How ``from MODULE import NAME`` fails, if it does though the module is there."""
        return self.module(f"{module}.{name}") or self.absent(f"{module}.{name}")

    def absent(self, name: str) -> Failure | None:
        """How it fails to name what a module does not have, if it does."""
        failure = self.call(name)
        module, _, attribute = name.rpartition(".")
        error = f"AttributeError: module {module!r} has no attribute {attribute!r}"
        return failure if failure and failure.error == error else None

    def call(self, name: str) -> Failure | None:
        """How a call fails, if it surely does."""
        failure = self.platform.calls.get(name)
        return failure if failure and name not in failure.group.unsure else None

    def is_class(self, name: str) -> bool:
        """Whether ``name`` is a class of which some method fails."""
        return name in self._classes

    @cached_property
    def _classes(self) -> frozenset[str]:
        owners = {name.rpartition(".")[0] for name in self.platform.calls}
        return frozenset(owners - self.platform.works)

    @cached_property
    def last_parts(self) -> frozenset[str]:
        """What the names of failing calls end in."""
        return frozenset(name.rpartition(".")[2] for name in self.platform.calls)

    @cached_property
    def limited(self) -> frozenset[str]:
        """The modules, without what is below them, of which some call fails."""
        return frozenset(name.partition(".")[0] for name in self.platform.calls)

    @cached_property
    def known(self) -> dict[str, object]:
        """What expressions are worth."""
        return known_names(self.platform.python, program=self.program)


@dataclass(slots=True)
class Catcher:
    """What surrounds code and catches exceptions."""

    names: list[str]
    """Of their classes; ``""`` where nothing is named."""
    caught: list[str] = field(default_factory=list)
    """What would have reached it."""

    def catches(self, error: str) -> bool:
        """Whether it catches an exception; where that cannot be told, it does."""
        return any(catches(name, error) for name in self.names)


def catches(name: str, error: str) -> bool:
    """Whether ``except name`` catches what the class ``error`` names."""
    handled, raised = getattr(builtins, name, None), getattr(builtins, error, None)
    if not isinstance(handled, type) or not isinstance(raised, type):
        return True
    return issubclass(raised, handled)


def describe_import(module: str, failure: Failure) -> str:
    """What is said of an import that fails."""
    return f"{module} cannot be imported in a browser: {_why(failure)}"


def describe_call(name: str, failure: Failure) -> str:
    """What is said of a call that fails."""
    verb = "does nothing" if failure.error == NO_EFFECT else "fails"
    return f"{name}() {verb} in a browser: {_why(failure)}"


def _why(failure: Failure) -> str:
    return f"{failure.group.reason}. Instead: {failure.group.instead}."
