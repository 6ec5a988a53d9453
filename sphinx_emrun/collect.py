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
    ASKED,
    ATTRIBUTE,
    LINES,
    Block,
    Output,
    Setup,
    is_python,
    is_transcript,
    kind_of,
    marked,
    marker,
)
from sphinx_emrun.checking.steps import plans_of
from sphinx_emrun.config import read_config
from sphinx_emrun.docstrings import Namespaces, leave_names
from sphinx_emrun.doctests import (
    EVERY,
    flags_of,
    groups_of,
    is_doctest,
    is_skipped,
    is_test,
    mark_hidden_code,
)
from sphinx_emrun.domain import get_domain
from sphinx_emrun.imports import imported, is_program, with_packages
from sphinx_emrun.messages import EmrunWarning, warn
from sphinx_emrun.outputs import pair_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.config import Config

    from sphinx_emrun.config import EmrunConfig

MARK = "runnable"
"""The class that makes a code block runnable."""
LEFT_OUT = "not-runnable"
"""The class that keeps a block, and every block inside of what has it, from running."""
RESCUED = {"runnable": Block(), "repl": Block(kind="repl"), "runnable-output": Output()}
"""What a directive makes when none of its options can be read."""


def collect(app: Sphinx, document: nodes.document) -> None:
    """Mark, number and record the runnable blocks of the page that has just been read."""
    docname = app.env.docname
    mode = read_config(app.config).doctest_blocks
    _rescue(document)
    others = _mark(document, app)
    namespaces = Namespaces()
    if read_config(app.config).docstring_namespace == "module":
        namespaces.enter(document)
    if "sphinx.ext.doctest" in app.extensions:
        leave_names(document)
    sessions = _tested_sessions(document, app.config, mode)
    _spread(document, sessions)
    mark_hidden_code(document, sessions, app.config)
    namespaces.enter_hidden_code(document)
    blocks = _number(document, docname)
    pair_outputs(document, app.config, complete=mode == "all")
    domain = get_domain(app.env)
    domain.note(docname, blocks, plans_of(document, docname, read_config(app.config).timeout))
    domain.note_others(docname, others)
    programs = [node.astext() for node, _ in (*marked(document, Block), *marked(document, Setup))]
    modules = frozenset(block.module for block in blocks if block.docstring)
    domain.note_modules(docname, modules.union(*map(imported, programs), *map(with_packages, modules)))


def _tested_sessions(document: nodes.document, config: Config, mode: str) -> list[str]:
    """The sessions that have a test, in the page's order: those whose hidden code runs."""
    found: dict[str, None] = {}
    for node in document.findall(nodes.Element):
        block = marker(node, Block)
        if block and (is_doctest(node) or (mode == "all" and not block.isolated and is_test(node))):
            found |= dict.fromkeys((block.session, *block.also))
        elif mode == "all" and isinstance(node, nodes.comment) and is_doctest(node):
            found |= dict.fromkeys(groups_of(node, config))
    if list(found) == [EVERY]:
        return [""]
    return [session for session in found if session != EVERY]


def _spread(document: nodes.document, sessions: list[str]) -> None:
    """Give the blocks of every group their sessions."""
    for node, block in marked(document, Block):
        if block.session == EVERY:
            node[ATTRIBUTE] = replace(block, session=sessions[0], also=tuple(sessions[1:]))


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


def _mark(document: nodes.document, app: Sphinx) -> int:
    """Mark the blocks that a class, an option, or the site's ``conf.py`` makes runnable.

    :returns: how many others show Python.
    """
    options, others = read_config(app.config), 0
    for node, language in _code_blocks(document, app.config.highlight_language):
        described: Block | None = node.get(ASKED)
        if _left_out(node) or (is_doctest(node) and options.doctest_blocks == "off"):
            continue
        asked = MARK in node["classes"] or described is not None
        if asked and not is_python(language):
            text = f"a block of the language {language!r} cannot run, only Python can."
            warn(EmrunWarning.LANGUAGE, text, node)
        elif asked or _runs_unasked(node, language, options):
            node[ATTRIBUTE] = replace(_block_of(node, described or Block(), app.config), asked=asked)
        else:
            others += _shows_python(node, language)
    return others


def _left_out(node: Element) -> bool:
    """Whether the author keeps a block, or something around it, from running."""
    around: Element | None = node
    while around is not None:
        if LEFT_OUT in around.get("classes", ()):
            return True
        around = around.parent
    return False


def _runs_unasked(node: Element, language: str, options: EmrunConfig) -> bool:
    """Whether ``conf.py`` makes a block runnable."""
    if not _shows_python(node, language):
        return False
    if is_test(node):
        return options.doctest_blocks == "all" and not is_skipped(node)
    return options.code_blocks == "all"


def _shows_python(node: Element, language: str) -> bool:
    """Whether a block shows Python; where no language is named, that is what can be read as Python."""
    return is_python(language) and (language != "default" or is_test(node) or is_program(node.astext()))


def _block_of(node: Element, described: Block, config: Config) -> Block:
    """What a block is: what its options say, and what follows from its group and its file."""
    shared = is_doctest(node) and not described.isolated
    session, *also = groups_of(node, config) if shared else [described.session]
    file = node.get("source", "")
    return replace(
        described,
        session=session,
        also=tuple(also),
        filename=PurePath(file).name,
        file=file,
        lines=node.get(LINES, ()),
        check=replace(described.check, flags=(*flags_of(node), *described.check.flags)),
    )


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
    """Complete the marks with what follows from their place, and return the blocks."""
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
    for number, (node, setup) in enumerate(marked(document, Setup), 1):
        ident = f"emrun--{quote(docname)}--{number}" if setup.when == "here" else ""
        node[ATTRIBUTE] = replace(setup, docname=docname, ident=ident)
    return blocks


def setup_module(app: Sphinx) -> None:
    """Look at every page that has been read, after other extensions (500) have changed it."""
    app.connect("doctree-read", collect, priority=700)
