"""How ``sphinx.ext.doctest``'s directives become runnable, whether or not that extension is loaded.

A group of that extension is a namespace, so it becomes a session. Its ``testsetup`` runs before the session's
first block, its hidden tests where they stand, its ``testcleanup`` after the last block.
"""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING, TypeVar

from docutils import nodes

from sphinx_emrun.blocks import ASKED, ATTRIBUTE, Output, Setup, When, is_transcript, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docutils.nodes import Element
    from sphinx.config import Config

    from sphinx_emrun.blocks import Block, Flags

EVERY = "*"
"""The group that means every group of the page."""
FLAGS = "emrun-flags"
"""The attribute of a test whose flags depend on the Python that runs it: {flag of doctest: on}."""
WHEN: dict[str | None, When] = {
    "testsetup": "first",
    "doctest": "here",
    "testcode": "here",
    "testcleanup": "last",
}
"""When the hidden code of a directive runs."""
GLOBAL: dict[str, When] = {"doctest_global_setup": "first", "doctest_global_cleanup": "last"}
"""The options of ``conf.py`` that hold the site's own hidden code, and when that runs."""

_Node = TypeVar("_Node", bound=nodes.Node)


def is_doctest(node: Element) -> bool:
    """Whether a node is a ``>>>`` paragraph, a ``doctest`` or a ``testcode`` directive, shown or hidden."""
    return isinstance(node, nodes.doctest_block) or node.get("testnodetype") in {"doctest", "testcode"}


def is_test(node: Element) -> bool:
    """Whether a node runs when every test of a page does: a transcript, or ``testcode``."""
    return node.get("testnodetype") == "testcode" or is_transcript(source_of(node))


def source_of(node: Element) -> str:
    """A node's code, with the flags of doctest that a page does not show."""
    return str(node.get("test") or node.astext())


def flags_of(node: Element) -> Flags:
    """The flags of doctest that a directive names."""
    flags: dict[int, bool] = node.get(FLAGS, node.get("options", {}))
    return tuple(flags.items())


def in_default_group(node: Element, session: str) -> bool:
    """Whether nobody chose a group for a doctest, or a session for another block.

    What ``doctest_test_doctest_blocks`` says is no choice.

    :param session: the block's.
    """
    groups = node.get("groups")
    return groups == ["default"] if groups else isinstance(node, nodes.doctest_block) or not session


def hidden_script(node: Element) -> str:
    """The Python code of a node that runs hidden. Examples that doctest skips are left out.

    :raises ValueError: when it is a malformed transcript.
    """
    return script_of(source_of(node), skipped=_skips(node))


def _skips(node: Element) -> bool:
    """Whether a directive has all examples skipped that have no SKIP option of their own."""
    return dict(flags_of(node)).get(doctest.SKIP, False)


def is_skipped(node: Element) -> bool:
    """Whether no example of a transcript is to be run."""
    skipped = _skips(node)
    try:
        examples = doctest.DocTestParser().get_examples(source_of(node))
    except ValueError:
        return False
    return bool(examples) and all(example.options.get(doctest.SKIP, skipped) for example in examples)


def groups_of(node: Element, config: Config) -> list[str]:
    """The sessions of a test's groups, or :data:`EVERY`; the default group is the page's own session.

    A ``:session:`` stands for the groups.
    """
    described: Block | None = node.get(ASKED)
    if described and described.session:
        return [described.session]
    groups = node.get("groups", [getattr(config, "doctest_test_doctest_blocks", "")])
    if EVERY in groups:
        return [EVERY]
    return list(dict.fromkeys("" if group == "default" else group for group in groups))


def in_order(found: Iterable[_Node]) -> list[_Node]:
    """Nodes as they run: what belongs to every group comes after a group's own."""
    return sorted(found, key=lambda node: EVERY in getattr(node, "attributes", {}).get("groups", ()))


def mark_hidden_code(document: nodes.document, sessions: Sequence[str], config: Config) -> None:
    """Mark the hidden code of a page's sessions, and add the site's own (``doctest_global_setup``)."""
    for node in list(document.findall(nodes.comment)):
        if when := WHEN.get(node.get("testnodetype")):
            groups = groups_of(node, config)
            usable = [name for name in sessions if name in groups or EVERY in groups]
            if usable:
                node[ATTRIBUTE] = Setup(sessions=tuple(usable), when=when)
    if sessions:
        for name, when in GLOBAL.items():
            if code := getattr(config, name, "").strip("\n"):
                mark = Setup(sessions=tuple(sessions), when=when)
                node = nodes.comment(code, code, **{ATTRIBUTE: mark})
                node.source = f"<{name}>"
                document.insert(0 if when == "first" else len(document), node)


def output_of(node: Element, blocks: Iterable[str]) -> Output:
    """What a ``testoutput`` says of blocks. An empty line is one: ``<BLANKLINE>`` has no meaning there."""
    return Output(
        flags=(*flags_of(node), (doctest.DONT_ACCEPT_BLANKLINE, True)), blocks=tuple(dict.fromkeys(blocks))
    )
