"""How interactive HTML shows a runnable block; no other builder sees the nodes that are made here.

Once a page's references are resolved, what the page has (code, caption, expected output) is wrapped in an
:class:`emrun_block`, which is rendered through ``templates/runnable.html`` around the markup that Sphinx and
the theme give its children.
"""

from __future__ import annotations

import functools
import json
import posixpath
from typing import TYPE_CHECKING
from urllib.parse import quote

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.locale import get_translation
from sphinx.util.osutil import relative_uri
from sphinxcontrib.serializinghtml import SerializingHTMLBuilder

from sphinx_emrun.blocks import ATTRIBUTE, Block, DataFile, Output, Setup, marked, marker
from sphinx_emrun.doctests import hidden_script
from sphinx_emrun.domain import get_domain
from sphinx_emrun.messages import EmrunWarning, warn
from sphinx_emrun.resources import templates_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.writers.html5 import HTML5Translator

STATIC = "_static/emrun"
"""Where everything of ours lies in a site."""

_ = get_translation("sphinx_emrun")


class emrun_block(nodes.General, nodes.Element):  # noqa: N801  # docutils' custom for nodes
    """A runnable block: ``block``, ``source``, the ``session``'s name on the page; its children are shown."""


class emrun_recorded(nodes.General, nodes.Element):  # noqa: N801
    """The output that was recorded when the page was built."""


class emrun_setup(nodes.Invisible, nodes.Element):  # noqa: N801
    """Hidden code: its ``source``, its ``session``, whether it runs ``here``, and its ``docstring``."""


def is_interactive(builder: Builder) -> bool:
    """Whether a builder makes pages that a browser opens: not e-books, help files, or pages in pickles."""
    pages = isinstance(builder, StandaloneHTMLBuilder) and not isinstance(builder, SerializingHTMLBuilder)
    return pages and not getattr(builder, "embedded", False)


def wrap_blocks(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Wrap the blocks and the hidden code of a page that is about to be written as interactive HTML."""
    if not is_interactive(app.builder):
        return
    for node, setup in marked(document, Setup):
        sessions = [_session(name, setup.docname, docname) for name in setup.sessions]
        node.parent.replace(node, list(_hidden(node, sessions, setup)))
    for node, block in marked(document, Block):
        session, *also = (_session(name, block.docname, docname) for name in (block.session, *block.also))
        wrapped = emrun_block("", block=block, session=session, source=node.astext())
        _wrap(node, wrapped)
        place = wrapped.parent.index(wrapped) + 1
        wrapped.parent[place:place] = list(_hidden(node, also, Setup(sessions=(), when="here")))


def unmark_skipped(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Take the marks off what a condition excludes, but for a block that its author marked."""
    report = get_domain(app.env).report
    truths = report.truths if report else {}
    for node in document.findall(nodes.Element):
        block = marker(node, Block)
        if ATTRIBUTE in node and truths.get(node.get("skipif", "")) and not (block and block.asked):
            del node[ATTRIBUTE]


def _hidden(node: Element, sessions: Iterable[str], setup: Setup) -> Iterator[emrun_setup]:
    """What a page has of hidden code for some sessions; its readers need no cleanup."""
    source = "" if setup.when == "last" else _hidden_source(node)
    for session in sessions if source else ():
        yield emrun_setup(
            "", session=session, source=source, here=setup.when == "here", docstring=setup.docstring
        )


def _session(name: str, docname: str, page: str) -> str:
    """A session's name on a page: singlehtml shows many documents on one, whose sessions stay apart."""
    return name if docname == page else f"{docname}:{name}"


def _hidden_source(node: Element) -> str:
    try:
        return hidden_script(node)
    except ValueError as problem:
        warn(EmrunWarning.OPTION, f"hidden code is left out, for it is malformed: {problem}", node)
        return ""


def _wrap(node: Element, wrapped: emrun_block) -> None:
    """Put ``node``, its caption, and the output that follows it, into ``wrapped``, in its place."""
    outer: Element = node.parent if node.parent.get("literal_block") else node
    output = output_after(outer, wrapped["block"].ident)
    outer.parent.replace(outer, wrapped)
    if not isinstance(outer, nodes.comment):  # the placeholder of a prompt without code
        wrapped += outer
    if output is not None:
        output.parent.remove(output)
        mark = marker(output, Output)
        recorded = mark is not None and mark.recorded
        wrapped += (
            emrun_recorded("", output) if recorded else nodes.container("", output, classes=["emrun-output"])
        )


def output_after(node: Element, ident: str) -> Element | None:
    """The output of the block ``ident``, when nothing that can be seen stands between it and ``node``."""
    for sibling in node.parent.children[node.parent.index(node) + 1 :]:
        output = marker(sibling, Output)
        if output and ident in output.blocks and not isinstance(sibling, nodes.comment):
            assert isinstance(sibling, nodes.Element)
            return sibling
        if not isinstance(sibling, nodes.Invisible):
            return None
    return None


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("runnable.html")


def _file_list(files: Iterable[DataFile], builder: StandaloneHTMLBuilder) -> str:
    """The ``data-emrun-files`` of a block on the page being written."""
    page = builder.get_target_uri(builder.current_docname).partition("#")[0]
    entries = []
    for file in files:
        path = posixpath.join(STATIC, "files", quote(file.published))
        entries.append({"name": file.name, "url": relative_uri(page, path)})
    return json.dumps(entries, ensure_ascii=False) if entries else ""


def _ranges(lines: tuple[int, ...]) -> str:
    """The ``data-emrun-lines`` of a block, such as ``5-9,12-14``; empty for the first lines of a file."""
    if not lines or lines[-1] == len(lines):
        return ""
    starts = [line for line in lines if line - 1 not in lines]
    ends = [line for line in lines if line + 1 not in lines]
    return ",".join(f"{start}-{end}" for start, end in zip(starts, ends, strict=True))


def visit_block(translator: HTML5Translator, node: emrun_block) -> None:
    """Note where the markup of the children begins."""
    node["start"] = len(translator.body)


def depart_block(translator: HTML5Translator, node: emrun_block) -> None:
    """Put the markup of the children into the template."""
    block: Block = node["block"]
    content = "".join(translator.body[node["start"] :])
    files = _file_list(block.files, translator.builder)
    del translator.body[node["start"] :]
    html = _template().render(
        _=_,
        block=block,
        session=node["session"],
        source=node["source"],
        files=files,
        lines=_ranges(block.lines),
        content=Markup(content.rstrip()),
    )
    translator.body.append(html + "\n")


def visit_recorded(translator: HTML5Translator, node: emrun_recorded) -> None:
    """Say whence the output comes, to everyone."""
    label = _("Output when this page was built")
    html = '<div class="emrun-output" role="group" aria-label="{0}">\n<p class="emrun-label">{0}</p>\n'
    translator.body.append(Markup(html).format(label))


def depart_recorded(translator: HTML5Translator, node: emrun_recorded) -> None:
    """End it."""
    translator.body.append("</div>\n")


def visit_setup(translator: HTML5Translator, node: emrun_setup) -> None:
    """Write hidden code."""
    html = '<div class="emrun-setup" hidden data-emrun-session="{}" data-emrun-source="{}"{}{}></div>\n'
    here = Markup(" data-emrun-here" if node["here"] else "")
    docstring = Markup(' data-emrun-docstring="{}"').format(node["docstring"]) if node["docstring"] else ""
    translator.body.append(Markup(html).format(node["session"], node["source"], here, docstring))
    raise nodes.SkipNode


def setup_module(app: Sphinx) -> None:
    """Register the nodes, their HTML, and what makes them."""
    app.add_node(emrun_block, html=(visit_block, depart_block))
    app.add_node(emrun_recorded, html=(visit_recorded, depart_recorded))
    app.add_node(emrun_setup, html=(visit_setup, None))
    # Before recorded outputs are inserted (400), which another output may be in the way of.
    app.connect("doctree-resolved", unmark_skipped, priority=300)
    # After the post-transforms, which settle the blocks' language and trim doctest's flags.
    app.connect("doctree-resolved", wrap_blocks)
