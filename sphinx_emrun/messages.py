"""What the author is warned about: every kind of warning, in one place."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from sphinx.util import logging

from sphinx_emrun.safe_text import safe

if TYPE_CHECKING:
    from docutils.nodes import Node

logger = logging.getLogger(__name__)


class EmrunWarning(Enum):
    """The subtypes of ``emrun`` warnings; ``suppress_warnings = ["emrun.<value>"]`` silences one."""

    CONFIG = "config"
    """A value in ``conf.py`` is not one its option takes; the default is used."""
    OPTION = "option"
    """A directive's option is unknown or has a wrong value; it is left out, the block is kept."""
    SESSION = "session"
    """``:session:`` has characters a name cannot have, or stands beside ``:isolated:``."""
    FILE = "file"
    """The file whose code a ``runnable`` directive shows cannot be read, or stands beside content."""
    FILES = "files"
    """An entry of ``:files:`` is missing, is no file, or repeats another entry's name."""
    OUTPUT = "output"
    """A ``runnable-output`` has no runnable block before it."""
    EMPTY = "empty"
    """A directive that needs code has none."""
    CHECK = "check"
    """An example does not do what the page says, or could not be run, when the build checks it."""
    BUDGET = "budget"
    """Readers load more before the first output than ``emrun_budget`` allows."""
    UNSUPPORTED = "unsupported"
    """A block, the project or what it imports uses what does not work in a browser."""
    LANGUAGE = "language"
    """A block marked ``:class: runnable`` is not Python."""


def warn(kind: EmrunWarning, text: str, location: str | Node | None = None) -> None:
    """Log a warning that ends as ``[emrun.<kind>]``.

    :param text: one sentence that says what is wrong and what is done instead. It may quote a program.
    :param location: where: a node, or ``"file:line"``.
    """
    logger.warning("%s", safe(text), type="emrun", subtype=kind.value, location=location)
