"""From a directive to the nodes that every builder shows, and their marks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes

from sphinx_emrun.blocks import MAIN, Block, DataFile, Output, Setup, marked, script_of
from sphinx_emrun.options import LenientOptions, Rejected, path_list, session_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakeSite, WarningsOf

    Read = Callable[..., nodes.document]


@pytest.fixture
def read(make_site: MakeSite, warnings_of: WarningsOf) -> Read:
    """Reads a page, without a warning, and returns its doctree."""

    def run(text: str, **options: Any) -> nodes.document:
        app = make_site("plain", "dummy", pages={"index.rst": f"Page\n====\n\n{text}\n"}, **options)
        app.build()
        assert warnings_of(app) == []
        return app.env.get_doctree("index")

    return run


def only_block(document: nodes.document) -> tuple[Any, Block]:
    ((node, block),) = marked(document, Block)
    return node, block


def test_runnable_is_a_literal_block(read: Read) -> None:
    node, block = only_block(read(".. runnable::\n\n   print(1)\n"))
    assert isinstance(node, nodes.literal_block)
    assert node.astext() == "print(1)"
    assert node["language"] == "python"
    assert block == Block(docname="index", filename="<index-1>", ident="emrun--index-1")


def test_options_of_code_block_are_kept(read: Read) -> None:
    text = """
.. runnable::
   :caption: A *caption*
   :name: target
   :class: special
   :linenos:
   :lineno-start: 5
   :emphasize-lines: 1
   :dedent: 2
   :force:

     x = 1
     y = 2
"""
    node, _ = only_block(read(text))
    assert node.astext() == "x = 1\ny = 2"
    assert node["classes"] == ["special"]
    assert node["linenos"]
    assert node["force"]
    assert node["highlight_args"] == {"hl_lines": [1], "linenostart": 5}
    assert isinstance(node.parent, nodes.container)
    assert node.parent["names"] == ["target"]
    assert node.parent[0].astext() == "A caption"


def test_prompt_makes_a_transcript(read: Read) -> None:
    node, block = only_block(read(".. runnable::\n\n   >>> 1\n   1\n"))
    assert block.kind == "transcript"
    assert node["language"] == "pycon"


def test_our_options_are_marked(read: Read) -> None:
    text = ".. runnable::\n   :session: a.b-c_1\n   :readonly:\n   :files: conf.py\n\n   x\n"
    _, block = only_block(read(text))
    assert block.session == "a.b-c_1"
    assert block.readonly
    assert not block.isolated
    (file,) = block.files
    assert (file.name, file.path, len(file.digest)) == ("conf.py", "conf.py", 16)
    assert only_block(read(".. runnable::\n   :isolated:\n\n   x\n"))[1].isolated


@pytest.mark.parametrize("directive", ["runnable", "repl"])
def test_file_is_a_dependency(make_site: MakeSite, directive: str) -> None:
    text = f"Page\n====\n\n.. {directive}::\n   :files: conf.py\n\n   x\n"
    app = make_site("plain", "dummy", pages={"index.rst": text})
    app.build()
    assert {Path(path).name for path in app.env.dependencies["index"]} == {"conf.py"}


def test_code_of_a_file(make_site: MakeSite) -> None:
    app = make_site("plain", "dummy", pages={"index.rst": "Page\n====\n\n.. runnable:: conf.py\n"})
    app.build()
    node, block = only_block(app.env.get_doctree("index"))
    assert node.astext() == 'extensions = ["sphinx_emrun"]'
    assert block.filename == "conf.py"
    assert {Path(path).name for path in app.env.dependencies["index"]} == {"conf.py"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (".. runnable::\n   x = 1\n", "x = 1"),
        (".. runnable::\n   x = 1\n\n   y = 2\n", "x = 1\n\ny = 2"),
        (".. runnable::\n   if 1:\n       x = 1\n", "if 1:\n    x = 1"),
    ],
)
def test_blank_line_before_the_code_may_be_missing(read: Read, text: str, code: str) -> None:
    assert only_block(read(text))[0].astext() == code


def test_repl_without_code_is_invisible(read: Read) -> None:
    node, block = only_block(read(".. repl::\n   :session: one\n"))
    assert isinstance(node, nodes.comment)
    assert (block.kind, block.session) == ("repl", "one")


def test_repl_shows_its_code(read: Read) -> None:
    node, block = only_block(read(".. repl::\n\n   x = 1\n"))
    assert isinstance(node, nodes.literal_block)
    assert (block.kind, node.astext()) == ("repl", "x = 1")


def test_setup_is_a_comment(read: Read) -> None:
    ((node, setup),) = marked(read(".. runnable-setup::\n   :session: one\n\n   x = 1\n"), Setup)
    assert isinstance(node, nodes.comment)
    assert node.astext() == "x = 1"
    assert setup == Setup(sessions=("one",), docname="index")


def test_output_is_a_literal_block_without_language(read: Read) -> None:
    document = read(".. runnable::\n\n   1\n\nIt prints:\n\n.. runnable-output::\n\n   1\n")
    ((node, _),) = marked(document, Output)
    assert (node.astext(), node["language"]) == ("1", "none")


@pytest.mark.parametrize(
    "text",
    [
        ".. code-block:: python\n   :class: runnable\n\n   >>> 1\n",
        ".. code-block:: pycon\n   :class: runnable\n\n   >>> 1\n",
        ".. code-block:: py3\n   :class: other runnable\n\n   >>> 1\n",
        ".. doctest::\n   :class: runnable\n\n   >>> 1\n",
        ".. rst-class:: runnable\n\n>>> 1\n",
        ".. rst-class:: runnable\n\n::\n\n   >>> 1\n",
    ],
)
@pytest.mark.parametrize("extensions", [["sphinx_emrun"], ["sphinx_emrun", "sphinx.ext.doctest"]])
def test_class_makes_a_block_runnable(read: Read, text: str, extensions: list[str]) -> None:
    _, block = only_block(read(text, confoverrides={"extensions": extensions}))
    block = replace(block, module=MAIN)  # sphinx.ext.doctest gives its tests no name
    assert block == Block(kind="transcript", docname="index", filename="<index-1>", ident="emrun--index-1")


def test_marked_literalinclude_is_named_by_its_file(read: Read) -> None:
    node, block = only_block(read(".. literalinclude:: conf.py\n   :class: runnable\n   :language: python\n"))
    assert block.filename == "conf.py"
    assert node.astext() == 'extensions = ["sphinx_emrun"]\n'


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [("marked", ["script", "transcript"]), ("off", ["script"]), ("all", ["script", *["transcript"] * 3])],
)
def test_doctest_blocks_follow_the_configuration(read: Read, mode: str, kinds: list[str]) -> None:
    text = """
.. code-block:: python
   :class: runnable

   1

.. doctest::
   :class: runnable

   >>> 1

>>> 2

.. code-block:: pycon

   >>> 3

.. code-block:: python

   4
"""
    document = read(text, confoverrides={"emrun_doctest_blocks": mode})
    assert [block.kind for _, block in marked(document, Block)] == kinds


def test_marks_are_words_in_xml() -> None:
    file = DataFile(name="a.csv", path="x/a.csv", digest="0" * 16)
    assert str(Block(session="one", readonly=True, files=(file,))) == "script session=one readonly file=a.csv"
    assert str(Setup(sessions=("", "one"))) == "setup session=one"
    assert str(Output()) == "output"


@pytest.mark.parametrize(
    ("code", "script"),
    [
        ("x = 1", "x = 1"),
        (">>> x = 1\n>>> if x:\n...     y = 2\n...\n>>> x\n1", "x = 1\nif x:\n    y = 2\nx\n"),
        (">>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: no\n>>> 2", "2\n"),
        (">>> x  # doctest: +SKIP\n>>> 2", "2\n"),
    ],
)
def test_hidden_code_is_a_script(code: str, script: str) -> None:
    assert script_of(code) == script


def test_hidden_code_that_a_directive_skips_runs_where_an_example_says_so() -> None:
    assert script_of(">>> x\n>>> 2  # doctest: -SKIP", skipped=True) == "2  # doctest: -SKIP\n"


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a:b", "a,b"])
def test_session_names_are_words(name: str) -> None:
    with pytest.raises(ValueError, match="no session name"):
        session_name(name)


def test_paths_are_listed() -> None:
    assert path_list("a.csv, sub/b c.csv,\nc") == ["a.csv", "sub/b c.csv", "c"]
    with pytest.raises(ValueError, match="a path is required"):
        path_list(None)


def test_options_never_raise() -> None:
    options = LenientOptions({"number": int})
    assert options["number"]("3") == 3
    assert isinstance(options["number"]("three"), Rejected)
    assert "known are number" in options["unknown"]("x").reason
