"""Decides, once a page has been read, which of its blocks run, and names, numbers and records them."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes

from sphinx_emrun.blocks import (
    ATTRIBUTE,
    CONSOLE,
    PYTHON,
    Block,
    Output,
    Setup,
    is_transcript,
    kind_of,
    marked,
    marker,
)
from sphinx_emrun.checking.steps import plans_of
from sphinx_emrun.config import read_config
from sphinx_emrun.docstrings import Namespaces, leave_names
from sphinx_emrun.doctests import check_of, is_doctest, is_test, mark_hidden_code, mark_outputs, session_of
from sphinx_emrun.domain import get_domain
from sphinx_emrun.imports import imported, with_packages
from sphinx_emrun.messages import EmrunWarning, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.config import Config

MARK = "runnable"
"""The class that makes a code block runnable."""
RESCUED = {"runnable": Block(), "repl": Block(kind="repl"), "runnable-output": Output()}
"""What a directive makes when none of its options can be read."""


def collect(app: Sphinx, document: nodes.document) -> None:
    """Mark, number and record the runnable blocks of the page that has just been read."""
    docname = app.env.docname
    mode = read_config(app.config).doctest_blocks
    _rescue(document)
    _mark(document, app.config, mode)
    namespaces = Namespaces()
    if read_config(app.config).docstring_namespace == "module":
        namespaces.enter(document)
    if "sphinx.ext.doctest" in app.extensions:
        leave_names(document)
    shown: dict[str, Element] = {}
    for node, block in marked(document, Block):
        if is_doctest(node) or (mode == "all" and not block.isolated and is_test(node)):
            shown.setdefault(block.session, node)
    mark_hidden_code(document, shown, app.config)
    namespaces.enter_hidden_code(document)
    for node, setup in marked(document, Setup):
        node[ATTRIBUTE] = replace(setup, docname=docname)
    _pair_outputs(document)
    domain = get_domain(app.env)
    blocks = _number(document, docname)
    domain.note(docname, blocks, plans_of(document, docname))
    programs = [node.astext() for node, _ in (*marked(document, Block), *marked(document, Setup))]
    modules = frozenset(block.module for block in blocks if block.docstring)
    domain.note_modules(docname, modules.union(*map(imported, programs), *map(with_packages, modules)))


def _rescue(document: nodes.document) -> None:
    """Bring back the code of directives whose options docutils could not even split into names and values.

    docutils has reported those as errors, and put the directive's source into the report, which is not shown.
    """
    for report in list(document.findall(nodes.system_message)):
        for source in report.findall(nodes.literal_block):
            found = re.match(r"\.\. (runnable|repl|runnable-output)::.*\n", source.astext())
            if not found:
                continue
            lines = textwrap.dedent(source.astext()[found.end() :]).split("\n")
            while lines and re.match(r":[^:]+:|\s*$", lines[0]):
                del lines[0]
            code = "\n".join(lines).rstrip()
            if not code:
                continue
            text = "the options of this directive cannot be read; its content is shown without them."
            warn(EmrunWarning.OPTION, text, f"{report.get('source', '')}:{report.get('line', '')}")
            literal = nodes.literal_block(code, code, language="pycon" if is_transcript(code) else "python")
            literal.source, literal.line = report.get("source"), report.get("line")
            literal[ATTRIBUTE] = RESCUED[found[1]]
            report.parent.insert(report.parent.index(report), literal)


def _mark(document: nodes.document, config: Config, mode: str) -> None:
    """Mark the blocks that a class or ``emrun_doctest_blocks``, the ``mode``, makes runnable."""
    if mode == "all":
        mark_outputs(document)
    for node, language in _code_blocks(document, config.highlight_language):
        wanted = MARK in node["classes"] and not (is_doctest(node) and mode == "off")
        if wanted and language not in PYTHON | CONSOLE:
            text = f"a block of the language {language!r} cannot run, only Python can."
            warn(EmrunWarning.LANGUAGE, text, node)
        elif wanted or (mode == "all" and language in PYTHON | CONSOLE and is_test(node)):
            session = session_of(node, config) if is_doctest(node) else ""
            filename = PurePath(node.get("source", "")).name
            node[ATTRIBUTE] = Block(session=session, filename=filename, check=check_of(node))


def _code_blocks(document: nodes.document, language: str) -> Iterator[tuple[Element, str]]:
    """The blocks that show code and are not marked yet, each with its language.

    The language of a block that names none is settled when the page is written (Sphinx's
    HighlightLanguageTransform), so the ``highlight`` directives are followed here.
    """
    for node in list(document.findall(nodes.Element)):
        if isinstance(node, addnodes.highlightlang):
            language = node["lang"]
        elif isinstance(node.parent, nodes.system_message) or marker(node, Block) or marker(node, Output):
            continue
        elif isinstance(node, nodes.doctest_block):
            yield node, "pycon"
        elif isinstance(node, nodes.literal_block) and node.rawsource == node.astext():  # no parsed-literal
            yield node, node.get("language", language)


def _number(document: nodes.document, docname: str) -> list[Block]:
    """Complete the blocks with what follows from their place, and return them."""
    page = docname.rpartition("/")[2]
    blocks = []
    for number, (node, block) in enumerate(marked(document, Block), 1):
        block = replace(
            block,
            kind="repl" if block.kind == "repl" else kind_of(node.astext()),
            filename=block.filename or f"<{page}-{number}>",
            docname=docname,
            # Two hyphens in a row are in no id that docutils makes.
            ident=f"emrun--{quote(docname)}-{number}",
        )
        node[ATTRIBUTE] = block
        blocks.append(block)
    return blocks


def _pair_outputs(document: nodes.document) -> None:
    """Warn about each output that no block before it can have printed."""
    waiting = False
    for node in list(document.findall(nodes.Element)):
        if (block := marker(node, Block)) is not None:
            waiting = block.kind != "repl"
        elif marker(node, Output):
            if not waiting:
                warn(EmrunWarning.OUTPUT, '"runnable-output" has no runnable block before it.', node)
            waiting = False


def setup_module(app: Sphinx) -> None:
    """Look at every page that has been read, after other extensions (500) have changed it."""
    app.connect("doctree-read", collect, priority=700)
