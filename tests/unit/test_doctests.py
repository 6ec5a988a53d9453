"""``sphinx.ext.doctest``'s pages with ``emrun_doctest_blocks = "all"``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sphinx_emrun.blocks import Block, Setup, marked
from sphinx_emrun.domain import get_domain

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import MakeSite, WarningsOf


@pytest.fixture
def site(make_site: MakeSite, warnings_of: WarningsOf) -> SphinxTestApp:
    """The pages, read."""
    app = make_site("doctest", "dummy")
    app.build()
    assert warnings_of(app) == []
    return app


def blocks(document: nodes.document) -> list[tuple[str, str]]:
    """(session, code) of each block; Sphinx before 8 leaves spaces where doctest's flags were."""
    return [(block.session, node.astext().replace("  \n", "\n")) for node, block in marked(document, Block)]


def setups(document: nodes.document) -> list[tuple[tuple[str, ...], str]]:
    """(sessions, hidden code) in the page's order."""
    return [(setup.sessions, node.astext()) for node, setup in marked(document, Setup)]


def test_blocks_and_docstrings_run(site: SphinxTestApp) -> None:
    assert blocks(site.env.get_doctree("index")) == [
        ("", ">>> early\n2"),
        ("group", ">>> everywhere\n1"),
        ("", ">>> double(2)\n4"),
    ]


def test_hidden_code_runs_at_its_time_in_its_sessions(site: SphinxTestApp) -> None:
    found = marked(site.env.get_doctree("index"), Setup)
    assert [(mark.sessions, mark.when, node.astext().splitlines()[0]) for node, mark in found] == [
        (("", "group"), "first", "from math import pi"),
        (("",), "first", "import documented"),
        (("", "group"), "first", "everywhere = 1"),
        (("",), "last", "del everywhere"),
        (("",), "here", ">>> early = documented.double(1)"),
        (("",), "here", ">>> del early"),
    ]


def test_page_without_doctests_is_left_alone(site: SphinxTestApp) -> None:
    document = site.env.get_doctree("plain")
    assert blocks(document) == []
    assert setups(document) == []


def test_transcripts_of_other_blocks_run(site: SphinxTestApp) -> None:
    document = site.env.get_doctree("other")
    assert [session for session, _ in blocks(document)] == ["own", "", ""]
    assert setups(document) == [(("",), "from math import pi")]


@pytest.mark.parametrize(
    ("setting", "namespace", "module"), [("module", "documented.double", "documented"), ("page", "", "")]
)
def test_a_docstring_has_its_modules_names_or_the_pages(
    make_site: MakeSite, setting: str, namespace: str, module: str
) -> None:
    app = make_site("doctest", "dummy", confoverrides={"emrun_docstring_namespace": setting})
    app.build()
    found = [block for _, block in marked(app.env.get_doctree("index"), Block)]
    assert (found[-1].session, found[-1].docstring, found[-1].module) == ("", namespace, module)
    assert {(block.docstring, block.module) for block in found[:-1]} == {("", "")}
    assert "documented" in get_domain(app.env).modules()
