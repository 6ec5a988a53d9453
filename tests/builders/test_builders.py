"""One set of pages that uses everything, through every builder, without a warning."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import MakeSite, WarningsOf

SHOWN = """
    code of the index
    quotes & such
    code of the first block
    output of the first block
    code of a transcript
    output of a transcript
    code of a file
    code_of_the_prompt
    code of a code-block
    code of a pycon block
    code of a doctest directive
    code of a doctest block
    code of a list
    output of a list
    code of a fence
    output of a fence
    code of a nested fence
    code of a marked fence
    code of a doctest fence
    code_of_a_myst_prompt
""".strip().splitlines()
HIDDEN = ["hidden_from_everybody", "also_hidden", "hidden_from_myst"]
MARKUP = {
    "*.html": [(r"<[^>]*>", "")],
    "*.xhtml": [(r"<[^>]*>", "")],
    "*.xml": [(r"<[^>]*>", "")],
    "everything.tex": [
        (r"\\PYGZus\{\}", "_"),
        (r"\\PYGZhy\{\}", "-"),
        (r"\\PYGZam\{\}", "&"),
        (r"\\PYG\{[^}]*\}\{([^}]*)\}", r"\1"),
    ],
    "everything.1": [(r"\\-", "-"), (r"\\(?=_)", "")],
}


def words(app: SphinxTestApp, pattern: str) -> str:
    """The text of all files that a build has written, without the builder's markup."""
    files = sorted(Path(app.outdir).rglob(pattern))
    assert files, f"{app.builder.name} has written no {pattern}"
    text = "".join(file.read_text("utf-8") for file in files)
    for markup, plain in MARKUP.get(pattern, []):
        text = re.sub(markup, plain, text)
    return html.unescape(text)


@pytest.mark.parametrize(
    ("builder", "pattern"),
    [
        ("html", "*.html"),
        ("dirhtml", "*.html"),
        ("singlehtml", "*.html"),
        ("epub", "*.xhtml"),
        ("latex", "everything.tex"),
        ("text", "*.txt"),
        ("man", "everything.1"),
        ("texinfo", "everything.texi"),
        ("xml", "*.xml"),
        ("pseudoxml", "*.pseudoxml"),
    ],
)
@pytest.mark.usefixtures("bundler")
def test_code_and_output_are_kept(
    make_site: MakeSite, warnings_of: WarningsOf, builder: str, pattern: str
) -> None:
    app = make_site("all", builder)
    app.build(force_all=True)
    assert warnings_of(app) == []
    text = words(app, pattern)
    assert [shown for shown in map(str.strip, SHOWN) if shown not in text] == []
    # The texinfo and xml builders write comments, as comments.
    if builder not in {"texinfo", "xml", "pseudoxml"}:
        assert [hidden for hidden in HIDDEN if hidden in text] == []


@pytest.mark.parametrize("builder", ["gettext", "linkcheck", "json", "htmlhelp", "dummy"])
def test_other_builders_have_nothing_to_say(
    make_site: MakeSite, warnings_of: WarningsOf, builder: str
) -> None:
    app = make_site("all", builder)
    app.build(force_all=True)
    assert warnings_of(app) == []
    assert not (Path(app.outdir) / "_static" / "emrun").exists()
    for page in Path(app.outdir).rglob("*.*html"):
        assert "emrun-toolbar" not in page.read_text("utf-8")


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
@pytest.mark.usefixtures("bundler")
def test_code_can_be_searched_for(make_site: MakeSite, builder: str) -> None:
    app = make_site("all", builder, pages={"prose.rst": "Prose\n=====\n\n.. runnable::\n\n   zeppelin = 1\n"})
    app.build(force_all=True)
    index = (Path(app.outdir) / "searchindex.js").read_text("utf-8")
    found = json.loads(index.removeprefix("Search.setIndex(").rstrip().removesuffix(")"))
    assert found["terms"]["zeppelin"] == found["docnames"].index("prose")
    assert "hidden_from_everybody" not in index


def test_an_e_book_is_plain(make_site: MakeSite) -> None:
    app = make_site("all", "epub")
    app.build(force_all=True)
    page = (Path(app.outdir) / "guide" / "blocks.xhtml").read_text("utf-8")
    assert 'class="emrun' not in page
    assert "data-emrun" not in page
