"""The HTML of a block: what the browser code and assistive technology read."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakeSite

    Render = Callable[..., list["Element"]]

Element = tuple[str, dict[str, str], list[Any]]
"""A tag, its attributes, and its children: elements and texts."""
VOID = {"link", "meta", "br", "hr", "img", "input"}
"""Elements without an end."""
OURS = {"emrun", "emrun-setup"}


class Tree(HTMLParser):
    """Reads a page, strictly, and keeps our elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.open: list[Element] = [("", {}, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element: Element = (tag, {name: value or "" for name, value in attrs}, [])
        self.open[-1][2].append(element)
        if element[1].get("class") in OURS:
            self.found.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.open[-1][2].append(data)


def inside(element: Element) -> list[Element]:
    """The elements directly inside another."""
    return [child for child in element[2] if isinstance(child, tuple)]


def text(element: Element) -> str:
    return "".join(child if isinstance(child, str) else text(child) for child in element[2])


@pytest.fixture
def render(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Render:
    """Writes a page as HTML and returns our elements on it. What is published is no matter here."""
    monkeypatch.setattr("sphinx_emrun.assets.Assets.publish", lambda *arguments: [])

    def run(markup: str, **options: Any) -> list[Element]:
        app = make_site("plain", pages={"index.rst": f"Page\n====\n\n{markup}\n"}, **options)
        app.build()
        return read(Path(app.outdir) / "index.html")

    return run


def read(page: Path) -> list[Element]:
    tree = Tree()
    tree.feed(page.read_text("utf-8"))
    assert len(tree.open) == 1
    return tree.found


def test_attributes(render: Render) -> None:
    (block,) = render('.. runnable::\n   :session: one\n\n   if 1 < 2 and "&":\n       print("<b>")\n')
    assert block[1] == {
        "class": "emrun",
        "id": "emrun--index-1",
        "data-emrun-state": "idle",
        "data-emrun-kind": "script",
        "data-emrun-session": "one",
        "data-emrun-source": 'if 1 < 2 and "&":\n    print("<b>")',
        "data-emrun-filename": "<index-1>",
    }


def test_optional_attributes(render: Render) -> None:
    (block,) = render(".. runnable::\n   :isolated:\n   :readonly:\n   :files: conf.py\n\n   x\n")
    assert "data-emrun-isolated" in block[1]
    assert "data-emrun-readonly" in block[1]
    (file,) = json.loads(block[1]["data-emrun-files"])
    assert file["name"] == "conf.py"
    assert file["url"].startswith("_static/emrun/files/")


def test_structure_and_accessibility(render: Render) -> None:
    (block,) = render(".. runnable::\n\n   x\n\n.. runnable-output::\n\n   the output\n")
    code, output, toolbar, status, terminal, transcript = inside(block)
    assert code[1]["class"] == "highlight-python notranslate"
    assert "emrun-output" in output[1]["class"].split()
    assert text(output).strip() == "the output"
    assert toolbar[1] == {
        "class": "emrun-toolbar",
        "role": "toolbar",
        "aria-label": "Code example",
        "hidden": "",
    }
    assert status[1] == {"class": "emrun-status", "role": "status"}
    assert terminal[1] == {"class": "emrun-terminal", "hidden": ""}
    assert transcript[1] == {
        "class": "emrun-transcript",
        "role": "log",
        "aria-label": "Output",
        "tabindex": "-1",
    }


def buttons(block: Element) -> dict[str, str]:
    """{action: label} of the buttons that are there at first."""
    (toolbar,) = [child for child in inside(block) if child[1].get("role") == "toolbar"]
    assert {button[1]["type"] for button in inside(toolbar)} == {"button"}
    return {
        button[1]["data-emrun-action"]: text(button)
        for button in inside(toolbar)
        if "hidden" not in button[1]
    }


@pytest.mark.parametrize(
    ("markup", "labels"),
    [
        (".. runnable::\n\n   x\n", ["Run", "Edit", "Reset", "Copy"]),
        (".. runnable::\n   :readonly:\n\n   x\n", ["Run", "Reset", "Copy"]),
        (".. repl::\n\n   x\n", ["Run", "Edit", "Reset", "Copy"]),
        (".. repl::\n", ["Run", "Reset"]),
    ],
)
def test_buttons(render: Render, markup: str, labels: list[str]) -> None:
    (block,) = render(markup)
    assert buttons(block) == {label.lower(): label for label in labels}


def test_caption_and_name_stay_inside(render: Render) -> None:
    (block,) = render(".. runnable::\n   :caption: The caption\n   :name: target\n\n   x\n")
    wrapper = inside(block)[0]
    assert wrapper[1]["id"] == "target"
    assert "The caption" in text(wrapper)


def test_output_apart_from_its_block_stays_where_it_is(render: Render) -> None:
    (block,) = render(".. runnable::\n\n   x\n\nIt prints:\n\n.. runnable-output::\n\n   the output\n")
    assert "the output" not in text(block)


def test_setup(render: Render) -> None:
    setup, _block = render(
        ".. runnable-setup::\n   :session: one\n\n   >>> a = '<'\n\n.. runnable::\n\n   x\n"
    )
    assert setup[1] == {
        "class": "emrun-setup",
        "hidden": "",
        "data-emrun-session": "one",
        "data-emrun-source": "a = '<'\n",
    }
    assert inside(setup) == []


def test_hidden_code_leaves_out_what_the_check_skips(render: Render) -> None:
    hidden = """
.. testsetup::

   >>> zero = 0
   >>> undefined  # doctest: +SKIP

.. doctest::
   :hide:

   >>> one = 1
   >>> undefined  # doctest: +SKIP

.. doctest::
   :hide:
   :options: +SKIP

   >>> undefined

.. doctest::
   :hide:
   :pyversion: < 3

   >>> undefined

>>> zero + one
1
"""
    options = {"emrun_doctest_blocks": "all", "extensions": ["sphinx.ext.doctest", "sphinx_emrun"]}
    found = render(hidden, confoverrides=options)
    sources = [each[1]["data-emrun-source"] for each in found if each[1]["class"] == "emrun-setup"]
    assert sources == ["zero = 0\n", "one = 1\n"]


def test_source_is_what_the_page_shows(render: Render) -> None:
    options = {"emrun_doctest_blocks": "all"}
    (block,) = render(">>> x = 1  # doctest: +SKIP\n>>> x\n1\n", confoverrides=options)
    for source in (block[1]["data-emrun-source"], text(inside(block)[0]).strip()):
        assert [line.rstrip() for line in source.splitlines()] == [">>> x = 1", ">>> x", "1"]


def test_labels_are_translated(render: Render, tmp_path: Path) -> None:
    catalogue = Catalog(locale="de")
    for message, translation in {"Run": "Ausführen", "Stop": "Anhalten", "Code example": "Beispiel"}.items():
        catalogue.add(message, translation)
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "sphinx_emrun.mo").open("wb") as file:
        write_mo(file, catalogue)
    (tmp_path / "plain").mkdir()
    conf = (
        f"extensions = ['sphinx_emrun']\ndef setup(app):\n"
        f"    app.add_message_catalog('sphinx_emrun', {str(tmp_path / 'locale')!r})\n"
    )
    (tmp_path / "plain" / "conf.py").write_text(conf, encoding="utf-8")
    (block,) = render(".. runnable::\n\n   x\n", confoverrides={"language": "de"})
    assert buttons(block)["run"] == "Ausführen"
    (toolbar,) = [child for child in inside(block) if child[1].get("role") == "toolbar"]
    assert toolbar[1]["aria-label"] == "Beispiel"


def test_documents_on_one_page_stay_apart(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sphinx_emrun.assets.Assets.publish", lambda *arguments: [])
    app = make_site("documents", "singlehtml")
    app.build()
    elements = read(Path(app.outdir) / "index.html")
    blocks = [element[1] for element in elements if element[1]["class"] == "emrun"]
    assert len({block["id"] for block in blocks}) == len(blocks) == 17
    sessions = [element[1]["data-emrun-session"] for element in elements[:4]]
    assert sessions == ["page1:", "page1:", "page1:session1", "page2:"]
    assert len({block["data-emrun-session"] for block in blocks}) == 17
