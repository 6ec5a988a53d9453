"""Directives of others that take our options: ``code-block`` and its like, and ``sphinx.ext.doctest``'s.

Whatever class another extension has registered under these names goes on working: it is subclassed. With one
of our options a block is runnable, as with ``:class: runnable``.
"""

from __future__ import annotations

import copy
import doctest
import inspect
import re
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from packaging.specifiers import InvalidSpecifier
from sphinx.ext.doctest import DoctestDirective, is_allowed_version

from sphinx_emrun.block_options import BLOCK, BlockOptions
from sphinx_emrun.blocks import ASKED, LINES
from sphinx_emrun.doctests import FLAGS
from sphinx_emrun.inclusion import include
from sphinx_emrun.options import LenientOptions
from sphinx_emrun.platform import read_platform

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import OptionSpec

NAMES = ("code-block", "sourcecode", "code", "literalinclude", "doctest", "testcode")
ABSENT: dict[str, type[Directive]] = {"doctest": DoctestDirective}
"""What is registered where no other extension has done so."""


def extend_directives(app: Sphinx, config: Config) -> None:
    """Give the directives our options, and ``:class:`` where they lack it."""
    for name in NAMES:
        found: Any = directives._directives.get(name, ABSENT.get(name))  # type: ignore[attr-defined]
        if inspect.isclass(found) and issubclass(found, Directive) and not issubclass(found, BlockOptions):
            app.add_directive(name, _extended(found), override=True)


def _extended(found: type[Directive]) -> type[Directive]:
    theirs = copy.copy(found.option_spec or {})
    ours = {name: convert for name, convert in LenientOptions(BLOCK).items() if name not in theirs}
    classes = {} if "class" in theirs else {"class": directives.class_option}
    theirs.update(ours | classes)

    class Extended(BlockOptions, found):  # type: ignore[misc,valid-type]  # known when the site is built
        option_spec: ClassVar[OptionSpec] = theirs

        def run(self) -> list[nodes.Node]:
            self.drop_rejected()
            wished = {name: self.options.pop(name) for name in list(self.options) if name in ours}
            made = list(found.run(self))
            for node in made:
                if classes and isinstance(node, nodes.Element):
                    node["classes"] += self.options.get("class", [])
            if "pyversion" in self.options and self.name == "doctest":
                judge_version(made, self.options["pyversion"], self.options.get("options", ""))
            code: list[Any] = [each for node in made for each in node.findall(_is_code)]
            if self.name == "literalinclude" and "diff" not in self.options:
                _note_lines(code, self.path_to(self.arguments[0]), self.options, self.config)
            if wished:
                self.options = wished
                block = self.block()
                for node in code:
                    node[ASKED] = block
            return made

    return Extended


def _is_code(node: nodes.Node) -> bool:
    """Whether a node is the code of a directive, shown or hidden."""
    return isinstance(node, nodes.literal_block | nodes.comment)


def _note_lines(code: list[Any], file: Path, options: dict[str, Any], config: Config) -> None:
    """Note which lines of a file are shown, where Sphinx has read what Python would."""
    try:
        found = include(file, options, config, None)
    except (OSError, ValueError):  # which the directive has said
        return
    for node in code:
        if found.code == node.astext().rstrip("\n"):
            node[LINES] = found.lines


def judge_version(made: list[nodes.Node], wanted: str, options: str) -> None:
    """Note the flags that hold for the Python that runs a test, not for the one that builds the site."""
    try:
        allowed = is_allowed_version(wanted, read_platform().python)
    except InvalidSpecifier:  # which the directive has said
        return
    skip = "+SKIP" in re.split(r"[,\s]+", options)
    for node in made:
        if isinstance(node, nodes.Element) and "options" in node:
            others = {flag: on for flag, on in node["options"].items() if flag != doctest.SKIP}
            node[FLAGS] = others if allowed and not skip else others | {doctest.SKIP: True}


def setup_module(app: Sphinx) -> None:
    """Extend the directives once every extension has been loaded."""
    app.connect("config-inited", extend_directives)
