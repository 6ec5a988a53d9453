"""Shows what blocks wrote when the page was built, where the author shows no output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from sphinx_emrun.blocks import ATTRIBUTE, Block, Output, marked
from sphinx_emrun.checking.screen import runs
from sphinx_emrun.domain import get_domain
from sphinx_emrun.nodes import is_interactive, output_after

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx

    from sphinx_emrun.checking.screen import Run

#: More than this, in characters, is not shown on a page: the reader can run it.
MOST = 20_000


def insert_outputs(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Put the recorded outputs after the blocks of a page that is about to be written, as literal blocks."""
    report = get_domain(app.env).report
    if report is None:
        return
    for node, block in marked(document, Block):
        outer: Element = node.parent if node.parent.get("literal_block") else node
        pieces = runs(report.outputs.get(block.ident, "")[:MOST])
        if pieces and output_after(outer, block.ident) is None:
            literal = _literal(pieces, block.ident, coloured=is_interactive(app.builder))
            literal.source, literal.line = node.source, node.line
            outer.parent.insert(outer.parent.index(outer) + 1, literal)


def _literal(pieces: list[Run], ident: str, *, coloured: bool) -> nodes.literal_block:
    text = "".join(piece for piece, _ in pieces)
    if not coloured or not any(style for _, style in pieces):
        literal = nodes.literal_block(text, text, language="none")
    else:
        # Without its source, so that no builder tries to highlight it.
        children = [
            nodes.inline("", piece, classes=[f"emrun-{look}" for look in sorted(style)])
            if style
            else nodes.Text(piece)
            for piece, style in pieces
        ]
        literal = nodes.literal_block("", "", *children)
    literal[ATTRIBUTE] = Output(blocks=(ident,), recorded=True)
    return literal


def setup_module(app: Sphinx) -> None:
    """Before the blocks are wrapped (500), with what follows them."""
    app.connect("doctree-resolved", insert_outputs, priority=400)
