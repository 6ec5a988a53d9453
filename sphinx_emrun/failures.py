"""What ends a build, in one sentence that names the cause and says what to do."""

from __future__ import annotations

import contextlib
import errno
import re
from bdb import BdbQuit
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError
from sphinx.util import logging

from sphinx_emrun.bundle.errors import BundleError, InterpreterError
from sphinx_emrun.resources import ResourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

logger = logging.getLogger(__name__)
#: What programs say of a full disk: Node, Python and uv.
_FULL = re.compile(r"ENOSPC|No space left on device|Disk quota exceeded")


class BuildError(ExtensionError, BdbQuit):
    """Ends a build whose log says why.

    Sphinx 9 prints a crash report, which asks for an issue to be opened, for every exception but ``BdbQuit``.
    """


@contextlib.contextmanager
def author_told(place: Path) -> Iterator[None]:
    """Say in one sentence what ends the build, where it is no mistake in our code.

    :param place: the folder that is written to.
    :raises BuildError: after that.
    """
    try:
        yield
    except BuildError:
        raise
    except ExtensionError as problem:
        raise _ended(problem.message) from problem
    except (BundleError, InterpreterError, ResourceError) as problem:
        raise _ended(_full(place) if _FULL.search(str(problem)) else str(problem)) from problem
    except OSError as problem:
        raise _ended(_in_words(problem, place)) from problem


def _ended(text: str) -> BuildError:
    logger.error("%s", text)
    return BuildError(text, modname="sphinx_emrun")


def _full(place: Path) -> str:
    return (
        f"A disk is full, so {place} or a temporary file cannot be written: free some space, and build again."
    )


def _in_words(problem: OSError, place: Path) -> str:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(place)
    if problem.errno is None:  # the package uv says so of its program
        return "The program uv is missing: install it again (pip install --force-reinstall uv)."
    file, reason = problem.filename or place, (problem.strerror or "").lower()
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        remedy = (
            "correct its permissions, or build into other folders (sphinx-build -d DOCTREES SOURCE OUTPUT)"
        )
    else:
        remedy = "look at what is there, and build again"
    return f"{file} cannot be used ({reason}): {remedy}."
