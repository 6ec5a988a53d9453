"""How ``sphinx.ext.doctest``'s directives become runnable, whether or not that extension is loaded.

A group of that extension is a namespace, so it becomes a session; its hidden code is the session's setup.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.ext.doctest import DoctestDirective

from sphinx_emrun.blocks import ATTRIBUTE, Check, Output, Setup, is_transcript
from sphinx_emrun.options import session_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import OptionSpec


def is_doctest(node: Element) -> bool:
    """Whether a node is a ``>>>`` paragraph, a ``doctest`` or a ``testcode`` directive, shown or hidden."""
    return isinstance(node, nodes.doctest_block) or node.get("testnodetype") in {"doctest", "testcode"}


def is_test(node: Element) -> bool:
    """Whether a node runs when every test of a page does: a transcript, or ``testcode``."""
    return node.get("testnodetype") == "testcode" or is_transcript(node.astext())


def check_of(node: Element) -> Check:
    """How a node's block is checked. What a condition of this machine's Python excludes is not."""
    return Check(wanted=not node.get("skipif"), flags=tuple(node.get("options", {}).items()))


def mark_outputs(document: nodes.document) -> None:
    """Mark what ``testoutput`` says, shown or hidden."""
    for node in document.findall(nodes.Element):
        if node.get("testnodetype") == "testoutput":
            node[ATTRIBUTE] = Output(flags=tuple(node.get("options", {}).items()))


def session_of(node: Element, config: Config) -> str:
    """The session of a doctest: its first group; the default group is the page's own session."""
    groups = node.get("groups", [getattr(config, "doctest_test_doctest_blocks", "")])
    return _session(groups[0]) or ""


def in_default_group(node: Element, session: str) -> bool:
    """Whether nobody chose a group for a doctest, or a session for another block.

    What ``doctest_test_doctest_blocks`` says is no choice.

    :param session: the block's.
    """
    groups = node.get("groups")
    return groups == ["default"] if groups else isinstance(node, nodes.doctest_block) or not session


def mark_hidden_code(document: nodes.document, shown: dict[str, Element], config: Config) -> None:
    """Mark the page's hidden code as setup, and add the site's own (``doctest_global_setup``).

    A hidden ``doctest`` below a shown one of its group is left alone: it may need or undo what that one did.

    :param shown: {session: its first doctest that is shown and runs}
    """
    reached: set[str] = set()
    for node in list(document.findall()):
        reached.update(session for session, first in shown.items() if first is node)
        if isinstance(node, nodes.comment) and "testnodetype" in node:
            anywhere = node["testnodetype"] == "testsetup"
            usable = [name for name in _sessions(node, shown) if anywhere or name not in reached]
            if usable and node["testnodetype"] not in {"testcleanup", "testoutput"}:
                node[ATTRIBUTE] = Setup(sessions=tuple(usable))
    code = getattr(config, "doctest_global_setup", "").strip("\n")
    if shown and code:
        document.insert(0, nodes.comment(code, code, **{ATTRIBUTE: Setup(sessions=tuple(shown))}))


def _session(group: str) -> str | None:
    """The session of a group; None for a name that no session can have."""
    try:
        return "" if group in {"default", "*", ""} else session_name(group)
    except ValueError:
        return None


def _sessions(node: Element, known: dict[str, Element]) -> Iterator[str]:
    if "*" in node["groups"]:
        return iter(known)
    return (name for name in dict.fromkeys(map(_session, node["groups"])) if name in known)


def accept_class(app: Sphinx, config: Config) -> None:
    """Give the ``doctest`` directive the ``:class:`` that other directives have."""
    found: Any = directives._directives.get("doctest", DoctestDirective)  # type: ignore[attr-defined]
    if not inspect.isclass(found) or not issubclass(found, Directive) or "class" in (found.option_spec or {}):
        return

    class ClassedDoctest(found):  # type: ignore[misc]  # which class it is, is known when the site is built
        option_spec: ClassVar[OptionSpec] = {**(found.option_spec or {}), "class": directives.class_option}

        def run(self) -> list[nodes.Node]:
            made: list[nodes.Node] = super().run()
            for node in made:
                if isinstance(node, nodes.Element):
                    node["classes"] += self.options.get("class", [])
            return made

    app.add_directive("doctest", ClassedDoctest, override=True)


def setup_module(app: Sphinx) -> None:
    """Extend the directive once every extension has been loaded."""
    app.connect("config-inited", accept_class)
