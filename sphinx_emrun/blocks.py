"""What a runnable block is, apart from how a page is read or written. Knows nodes, no Sphinx.

A node that runs stays the standard node it is (``literal_block``, ``doctest_block``, ``comment``); what makes
it run is one attribute, :data:`ATTRIBUTE`, holding a :class:`Block`, a :class:`Setup` or an :class:`Output`.
"""

from __future__ import annotations

import doctest
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from pygments.lexers.python import PythonConsoleLexer, PythonLexer  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.nodes import Element, Node

ATTRIBUTE = "emrun"
ASKED = "emrun-asked"
"""The attribute of code whose directive has an option of ours: the :class:`Block` that it describes."""
LINES = "emrun-lines"
"""The attribute of code that is a part of a file: the number of each line there."""
MAIN = "__main__"
_DIALECTS = {"bazel", "starlark", "sage", "pyi"}
"""What Pygments highlights as Python, and Python does not run."""
PYTHON = (frozenset(PythonLexer.aliases) - _DIALECTS) | {"default"}
"""Languages of code that runs as a script, or as a transcript when it begins with a prompt."""
CONSOLE = frozenset(PythonConsoleLexer.aliases) | {"pycon3"}
"""Languages of an interactive session."""

Flags = tuple[tuple[int, bool], ...]
"""Flags of doctest, each on or off."""
Kind = Literal["script", "transcript", "repl"]
When = Literal["first", "here", "last"]
"""When hidden code runs: before a session's first block, where it stands, or after the last block."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DataFile:
    """A file that a block finds in its working directory."""

    name: str
    """The name the block opens."""
    path: str
    """Where it lies, relative to the source folder, with slashes."""
    digest: str
    """The first 16 hexadecimal digits of its SHA-256."""

    @property
    def published(self) -> str:
        """Where a site has it, relative to the folder of the blocks' files."""
        return f"{self.digest}/{posixpath.basename(self.name)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """How the build checks a block."""

    wanted: bool = True
    stdin: str = ""
    """What is typed while it runs."""
    expect_error: str = ""
    """The class of the exception that is to end it."""
    seconds: float | None = None
    """How long it may run."""
    flags: Flags = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A block that the reader can run. Its last three fields follow from its place and are set last."""

    kind: Kind = "script"
    session: str = ""
    """The session's name; empty for the page's own."""
    also: tuple[str, ...] = ()
    """Further sessions in which it runs, without being shown there."""
    asked: bool = True
    """The author marked this block; False where an option of ``conf.py`` makes it runnable."""
    isolated: bool = False
    module: str = MAIN
    """Whose globals its namespace begins with, and what it is called there; empty: it has no name."""
    docstring: str = ""
    """Which docstring's namespace it shares; empty outside of docstrings."""
    readonly: bool = False
    files: tuple[DataFile, ...] = ()
    autorun: bool = False
    """It runs by itself once it is nearly in view."""
    check: Check = field(default_factory=Check)
    filename: str = ""
    """What tracebacks call the code."""
    file: str = ""
    """The path of the file that the code comes from, if any."""
    lines: tuple[int, ...] = ()
    """Which lines of that file the code is, if they are known."""
    docname: str = ""
    ident: str = ""
    """The id in HTML, unique in the site."""

    @property
    def namespace(self) -> str:
        """The namespace of its session: blocks with the same one share their variables."""
        return self.ident if self.isolated else self.docstring

    def __str__(self) -> str:
        """For the xml builders, which write attributes as text."""
        flags = [name for name in ("isolated", "readonly") if getattr(self, name)]
        session = [f"session={self.session}"] if self.session else []
        return " ".join([self.kind, *session, *flags, *(f"file={file.name}" for file in self.files)])


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """Hidden code of some sessions."""

    sessions: tuple[str, ...]
    when: When = "first"
    docstring: str = ""
    """Where it stands in a docstring: only that one's namespace, and those within it, need it."""
    module: str = MAIN
    """Of a hidden test: what its namespace begins with, as of a block."""
    docname: str = ""
    ident: str = ""
    """Of a hidden test: what an output refers to it by."""

    def __str__(self) -> str:
        words = {"first": "setup", "here": "hidden", "last": "cleanup"}
        return " ".join([words[self.when], *(f"session={name}" for name in self.sessions if name)])


@dataclass(frozen=True, slots=True)
class Output:
    """The output that the page says a block prints, or that the build has recorded."""

    flags: Flags = ()
    blocks: tuple[str, ...] = ()
    """What prints it: identifiers of blocks and of hidden tests."""
    recorded: bool = False

    def __str__(self) -> str:
        return "output"


_Marker = TypeVar("_Marker", Block, Setup, Output)


def marker(node: Node, kind: type[_Marker]) -> _Marker | None:
    """What ``node`` is marked as, when it is marked as a ``kind``."""
    value = getattr(node, "attributes", {}).get(ATTRIBUTE)
    return value if isinstance(value, kind) else None


def marked(tree: Element, kind: type[_Marker]) -> Iterator[tuple[Element, _Marker]]:
    """The nodes below ``tree`` that are marked as a ``kind``, in the page's order. It may be changed."""
    for node in list(tree.findall()):
        found = marker(node, kind)
        if found is not None:
            yield node, found  # type: ignore[misc]  # what has attributes is an Element


def is_transcript(code: str) -> bool:
    """Whether the first line that is not blank begins with a prompt."""
    return code.lstrip().startswith(">>>")


def placed(code: str, lines: tuple[int, ...]) -> str:
    """``code`` with each line at its number in its file, as ``static/block.js`` places it.

    :param lines: the numbers, ascending; empty where they are not known.
    """
    if not lines:
        return code
    at = dict(zip(lines, code.split("\n"), strict=False))  # which may end with a line end
    return "\n".join(at.get(number, "") for number in range(1, lines[-1] + 1))


def is_python(language: str) -> bool:
    """Whether code of a language runs. Pygments ignores the case of its names."""
    return language.lower() in PYTHON | CONSOLE


def kind_of(code: str) -> Literal["script", "transcript"]:
    """How code runs."""
    return "transcript" if is_transcript(code) else "script"


def script_of(code: str, *, skipped: bool = False) -> str:
    """Code that runs without showing anything: of a transcript, its statements.

    Examples that expect an exception are left out, for nothing would catch it. So are those that are skipped.

    :param skipped: whether an example without a SKIP option of its own is skipped.
    :raises ValueError: when the transcript is malformed (see :class:`doctest.DocTestParser`).
    """
    if not is_transcript(code):
        return code
    examples = doctest.DocTestParser().get_examples(code)
    return "".join(
        example.source
        for example in examples
        if example.exc_msg is None and not example.options.get(doctest.SKIP, skipped)
    )
