"""Which output belongs to which block of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from sphinx_emrun.blocks import ATTRIBUTE, Block, Output, Setup, marker
from sphinx_emrun.doctests import EVERY, groups_of, in_order, is_doctest, output_of
from sphinx_emrun.messages import EmrunWarning, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.nodes import Element
    from sphinx.config import Config

Latest = dict[str, str | None]
"""{session: the identifier of its latest test; None for a transcript, and for one that is not run}"""


def pair_outputs(document: nodes.document, config: Config, *, complete: bool) -> None:
    """Tell each output which blocks print it, and warn about one that no block can have printed.

    A ``runnable-output`` belongs to the block before it, a ``testoutput`` to the latest ``testcode`` of each
    of its groups.

    :param complete: every test of the page runs, so that a ``testoutput`` without one is a mistake.
    """
    latest: Latest = {}
    before = ""
    for node in in_order(document.findall(nodes.Element)):
        latest |= _test(node, config)
        if block := marker(node, Block):
            before = block.ident if block.kind != "repl" else ""
        elif node.get("testnodetype") == "testoutput":
            if found := list(_printed(node, latest, config)):
                node[ATTRIBUTE] = output_of(node, found)
            elif complete:
                _warn_alone(node, "testoutput", "testcode of its group")
        elif marker(node, Output):
            if not before:
                _warn_alone(node, "runnable-output", "runnable block")
            node[ATTRIBUTE] = Output(flags=node[ATTRIBUTE].flags, blocks=(before,) if before else ())
            before = ""


def _test(node: Element, config: Config) -> Latest:
    """A test's sessions, and what an output refers to it by."""
    if block := marker(node, Block):
        return dict.fromkeys((block.session, *block.also), block.ident if block.kind == "script" else None)
    hidden = marker(node, Setup)
    if hidden and hidden.when == "here":
        return dict.fromkeys(hidden.sessions, hidden.ident if node["testnodetype"] == "testcode" else None)
    return dict.fromkeys(groups_of(node, config)) if is_doctest(node) else {}


def _printed(node: Element, latest: Latest, config: Config) -> Iterator[str]:
    groups = groups_of(node, config)
    for session, ident in latest.items():
        if ident and (session in groups or EVERY in groups):
            yield ident


def _warn_alone(node: Element, name: str, missing: str) -> None:
    warn(EmrunWarning.OUTPUT, f'"{name}" has no {missing} before it.', node)
