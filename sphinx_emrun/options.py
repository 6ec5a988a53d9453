"""Directive options that never cost the author the block they stand on.

docutils drops a directive, its content included, when one option is unknown or has a wrong value. Here such
an option arrives in the directive as a :class:`Rejected` value, to be warned about and left out.
"""

from __future__ import annotations

import doctest
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docutils.parsers.rst import directives

if TYPE_CHECKING:
    from sphinx.util.typing import OptionSpec

Converter = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Rejected:
    """The place of an option that cannot be used."""

    reason: str


class LenientOptions(dict[str, Converter]):
    """An ``option_spec`` that has a converter for every name; none raises. An empty value is None.

    Both readers of a specification look a name up with ``spec[name]``: docutils' ``assemble_option_dict`` and
    MyST's ``_parse_directive_options``.
    """

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__({name: _lenient(convert) for name, convert in spec.items()})

    def __missing__(self, name: str) -> Converter:
        def reject(value: str) -> Rejected:
            return Rejected(f"is not known (known are {', '.join(sorted(self))})")

        return reject


def session_name(value: str | None) -> str:
    """A session's name: letters, digits, ``_``, ``-`` and ``.``.

    :raises ValueError: for anything else.
    """
    name = (value or "").strip()
    if not re.fullmatch(r"[\w.-]+", name):
        raise ValueError(f"{name!r} is no session name: use letters, digits, '_', '-' and '.'")
    return name


def path_list(value: str | None) -> list[str]:
    """Paths separated by commas or line breaks.

    :raises ValueError: when there is none.
    """
    paths = [path.strip() for path in re.split(r"[,\n]", value or "") if path.strip()]
    if not paths:
        raise ValueError("a path is required")
    return paths


def seconds(value: str | None) -> float:
    """A time in seconds, more than 0.

    :raises ValueError: for anything else.
    """
    number = float(value or "")
    if not 0 < number < math.inf:
        raise ValueError("a number of seconds is required")
    return number


def exception_name(value: str | None) -> str:
    """The name of a class, with or without its module.

    :raises ValueError: for anything else.
    """
    name = (value or "").strip()
    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError("the name of an exception is required")
    return name


def doctest_flags(value: str | None) -> tuple[tuple[int, bool], ...]:
    """Flags of doctest as ``+NAME`` or ``-NAME``, separated by commas or blanks.

    :raises ValueError: for another sign or a name that doctest does not know.
    """
    flags = []
    for word in re.split(r"[,\s]+", (value or "").strip()):
        if word[:1] not in {"+", "-"} or word[1:] not in doctest.OPTIONFLAGS_BY_NAME:
            raise ValueError(f"{word!r} is no flag of doctest with '+' or '-' before it")
        flags.append((doctest.OPTIONFLAGS_BY_NAME[word[1:]], word[0] == "+"))
    return tuple(flags)


def _lenient(convert: Callable[[str], Any]) -> Converter:
    convert = _flag if convert is directives.flag else convert

    def attempt(value: str) -> Any:
        try:
            return convert(value)
        except (ValueError, TypeError) as problem:
            return Rejected(f"has the wrong value {value!r}: {problem}")

    return attempt


def _flag(value: str | None) -> None:
    """``:linenos:``, and ``:linenos: true``, which MyST's authors write."""
    if value and value.strip().lower() not in {"true", "yes", "on", "1"}:
        raise ValueError("it takes none")
