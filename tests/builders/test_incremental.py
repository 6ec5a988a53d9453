"""Builds that read some pages only, or several at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinx_emrun.domain import get_domain

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import MakeSite, WarningsOf


def pages(app: SphinxTestApp) -> dict[str, str]:
    """Every page's text."""
    out = Path(app.outdir)
    return {path.relative_to(out).as_posix(): path.read_text("utf-8") for path in sorted(out.rglob("*.html"))}


def sessions(app: SphinxTestApp) -> dict[str, list[str]]:
    """{document: the sessions of its blocks}, as the domain holds them."""
    return {
        doc: [block.session for block in blocks] for doc, blocks in sorted(get_domain(app.env).blocks.items())
    }


@pytest.mark.usefixtures("bundler")
def test_domain_follows_the_pages(make_site: MakeSite) -> None:
    app = make_site("documents")
    app.build()
    everything = {f"page{n}": ["", f"session{n}"] for n in range(1, 9)} | {"a/page1": [""]}
    assert sessions(app) == everything
    assert {file.name for file in get_domain(app.env).files()} == {"data.txt"}

    (Path(app.srcdir) / "page2.rst").unlink()
    app = make_site("documents", pages={"page1.rst": "Page 1\n======\n\n.. repl::\n   :session: new\n"})
    app.build()
    del everything["page2"]
    assert sessions(app) == everything | {"page1": ["new"]}


@pytest.mark.usefixtures("bundler")
def test_incremental_build_equals_a_fresh_one(make_site: MakeSite, warnings_of: WarningsOf) -> None:
    changed = {"page1.rst": "Page 1\n======\n\n.. runnable::\n\n   print('changed')\n"}
    make_site("documents").build()
    app = make_site("documents", pages=changed)
    app.build()
    incremental = pages(app)
    app = make_site("documents", freshenv=True)
    app.build(force_all=True)
    assert pages(app) == incremental
    assert "changed" in incremental["page1.html"]
    assert warnings_of(app) == []


@pytest.mark.usefixtures("bundler")
def test_parallel_build_equals_a_serial_one(make_site: MakeSite, warnings_of: WarningsOf) -> None:
    app = make_site("documents")
    app.build()
    serial, found = pages(app), sessions(app)
    app = make_site("documents", parallel=2, freshenv=True)
    app.build(force_all=True)
    assert pages(app) == serial
    assert sessions(app) == found
    assert warnings_of(app) == []


@pytest.mark.usefixtures("bundler")
def test_other_builders_share_the_doctrees(make_site: MakeSite) -> None:
    make_site("documents", "text").build()
    app = make_site("documents", "html")
    app.build()
    assert 'id="emrun--page1-2"' in pages(app)["page1.html"]


@pytest.mark.usefixtures("bundler")
def test_marking_follows_the_configuration(make_site: MakeSite) -> None:
    app = make_site("doctest", confoverrides={"emrun_doctest_blocks": "off"})
    app.build()
    assert sessions(app) == {"other": ["own"]}
    app = make_site("doctest")
    app.build()
    assert sessions(app) == {"index": ["", "group", ""], "other": ["own", "", ""]}
