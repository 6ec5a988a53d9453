"""Which blocks run, and as what: options and classes on directives of others, and options of ``conf.py``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pygments.lexers.python import (  # type: ignore[import-untyped]
    PythonConsoleLexer,
    PythonLexer,
)

from sphinx_emrun.blocks import Block, Check, is_python, marked, placed
from sphinx_emrun.checking.checks import Report
from sphinx_emrun.domain import get_domain

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import MakeSite, WarningsOf

DIALECTS = {"bazel", "starlark", "sage", "pyi"}
ALL = {"emrun_code_blocks": "all", "emrun_doctest_blocks": "all"}


def site(make_site: MakeSite, text: str, builder: str = "dummy", **options: Any) -> SphinxTestApp:
    """A page, read."""
    app = make_site("plain", builder, pages={"index.rst": f"Page\n====\n\n{text}\n"}, confoverrides=options)
    app.build()
    return app


def codes(app: SphinxTestApp, docname: str = "index") -> list[str]:
    """The code of each block."""
    return [node.astext() for node, _ in marked(app.env.get_doctree(docname), Block)]


@pytest.mark.parametrize("name", sorted({*PythonLexer.aliases, *PythonConsoleLexer.aliases} - DIALECTS))
def test_every_name_of_the_language_is_known_however_it_is_written(name: str) -> None:
    assert is_python(name)
    assert is_python(name.title())
    assert is_python(name.upper())


@pytest.mark.parametrize("name", sorted({*DIALECTS, "text", "none", "pytb", "console"}))
def test_other_languages_are_not_run(name: str) -> None:
    assert not is_python(name)


@pytest.mark.parametrize("language", ["Python3", "PyCon", "pycon"])
def test_language_of_the_site_ignores_case(make_site: MakeSite, language: str) -> None:
    app = site(make_site, "::\n\n   >>> 1\n", highlight_language=language, **ALL)
    assert codes(app) == [">>> 1"]


def test_code_blocks_of_a_site_run(make_site: MakeSite, warnings_of: WarningsOf) -> None:
    text = """
.. code-block:: python

   "a code-block"

.. code-block:: bash

   "a shell's"

.. code-block:: py3
   :class: not-runnable

   "left out"

::

   "a literal block"

::

   $ no program

.. literalinclude:: conf.py
   :language: python

.. parsed-literal::

   "parsed" *with an emphasis*

.. code-block:: python

   >>> "a transcript"
"""
    found = ['"a code-block"', '"a literal block"', 'extensions = ["sphinx_emrun"]\n']
    app = site(make_site, text, emrun_code_blocks="all")
    assert codes(app) == found
    assert not any(block.asked for _, block in marked(app.env.get_doctree("index"), Block))
    assert codes(site(make_site, text, **ALL)) == [*found, '>>> "a transcript"']
    assert warnings_of(app) == []


def test_blocks_are_left_out_with_all_that_is_around_them(make_site: MakeSite) -> None:
    text = """
.. rst-class:: not-runnable

Section
-------

>>> 1

* .. code-block:: python

     2
"""
    assert codes(site(make_site, text, **ALL)) == []
    assert codes(site(make_site, text.replace("not-runnable", "other"), **ALL)) == [">>> 1", "2"]


def test_markdown_blocks_are_left_out(make_site: MakeSite) -> None:
    text = "# Page\n\n```{code-block} python\n:class: not-runnable\n\n1\n```\n\n```python\n2\n```\n"
    options = {"extensions": ["myst_parser", "sphinx_emrun"], **ALL}
    app = make_site("plain", "dummy", pages={"other.md": text}, confoverrides=options)
    app.build()
    assert codes(app, "other") == ["2\n"]


@pytest.mark.parametrize("directive", ["code-block", "sourcecode", "code"])
def test_our_options_make_a_block_runnable(
    make_site: MakeSite, warnings_of: WarningsOf, directive: str
) -> None:
    text = f"""
.. {directive}:: python
   :session: one
   :stdin: typed
   :expect-error: KeyError
   :timeout: 3
   :options: +ELLIPSIS
   :files: conf.py
   :readonly:
   :autorun:

   x
"""
    app = site(make_site, text)
    assert warnings_of(app) == []
    ((_, block),) = marked(app.env.get_doctree("index"), Block)
    assert (block.session, block.readonly, block.autorun, block.asked) == ("one", True, True, True)
    assert [file.name for file in block.files] == ["conf.py"]
    check = block.check
    assert (check.stdin, check.expect_error, check.seconds, check.wanted) == ("typed", "KeyError", 3, True)
    assert [on for _, on in check.flags] == [True]
    assert {Path(path).name for path in app.env.dependencies["index"]} == {"conf.py"}


def test_our_options_stand_beside_a_caption(make_site: MakeSite) -> None:
    text = ".. code-block:: python\n   :caption: A caption\n   :no-check:\n\n   x\n"
    ((_, block),) = marked(site(make_site, text).env.get_doctree("index"), Block)
    assert block.check == Check(wanted=False)


OTHER = """
from docutils import nodes
from sphinx.directives.code import CodeBlock

extensions = ["sphinx_emrun"]

class Theirs(CodeBlock):
    option_spec = {**CodeBlock.option_spec, "session": str, "shout": str}

    def run(self):
        (block,) = super().run()
        return [nodes.paragraph("", self.options["session"] + self.options.get("shout", "")), block]

def setup(app):
    app.add_directive("code-block", Theirs, override=True)
"""


def test_a_code_block_of_another_extension_goes_on_working(
    make_site: MakeSite, warnings_of: WarningsOf
) -> None:
    text = "Page\n====\n\n.. code-block:: python\n   :session: theirs\n   :shout: !\n   :no-check:\n\n   x\n"
    app = make_site("plain", "dummy", pages={"conf.py": OTHER, "index.rst": text})
    app.build()
    assert warnings_of(app) == []
    document = app.env.get_doctree("index")
    assert "theirs!" in document.astext()
    ((_, block),) = marked(document, Block)
    assert (block.session, block.check.wanted) == ("", False)


def test_a_hidden_test_takes_our_options(make_site: MakeSite) -> None:
    text = """
.. testcode::
   :hide:
   :timeout: 3
   :stdin: typed
   :session: one

   x = input()

.. testcode::
   :hide:
   :no-check:
   :session: one

   while True: pass

.. doctest:: two
   :session: one

   >>> x
"""
    app = site(make_site, text, extensions=["sphinx.ext.doctest", "sphinx_emrun"], **ALL)
    (plan,) = get_domain(app.env).plans["index"]
    assert plan.session == "one"
    assert [(step.role, step.seconds, step.stdin) for step in plan.steps] == [
        ("hidden", 3, "typed"),
        ("block", 10, ""),
    ]


def test_an_output_belongs_to_a_marked_block(make_site: MakeSite, warnings_of: WarningsOf) -> None:
    text = """
.. testoutput::

   of nothing that runs

.. testcode::
   :class: runnable

   print(1)

.. testoutput::

   1

.. testcode::

   print(2)

.. testoutput::

   2
"""
    app = site(make_site, text, extensions=["sphinx.ext.doctest", "sphinx_emrun"])
    (plan,) = get_domain(app.env).plans["index"]
    assert [[output.text for output in step.outputs] for step in plan.steps] == [["1\n"]]
    assert warnings_of(app) == []


def test_an_output_is_called_what_its_author_calls_it(make_site: MakeSite, warnings_of: WarningsOf) -> None:
    text = ".. testcode:: a\n\n   1\n\n.. testoutput:: b\n\n   1\n"
    app = site(make_site, text, extensions=["sphinx.ext.doctest", "sphinx_emrun"], **ALL)
    (warning,) = warnings_of(app)
    assert '"testoutput" has no testcode of its group before it.' in warning


def test_a_file_that_comes_into_a_folder_is_seen(make_site: MakeSite) -> None:
    text = "Page\n====\n\n.. runnable::\n   :files: data\n\n   1\n"
    app = make_site("plain", "dummy", pages={"index.rst": text})
    (folder := Path(app.srcdir, "data")).mkdir()
    for names in (["data/a.csv"], ["data/a.csv", "data/b.csv"], ["data/b.csv"]):
        for file in folder.iterdir():
            file.unlink()
        for name in names:
            Path(app.srcdir, name).write_text(name)
        app = make_site("plain", "dummy")
        app.build()
        ((_, block),) = marked(app.env.get_doctree("index"), Block)
        assert [file.name for file in block.files] == names


def test_a_part_of_an_included_file_knows_its_lines(make_site: MakeSite) -> None:
    text = ".. literalinclude:: part.py\n   :class: runnable\n   :language: python\n   :lines: 2-\n"
    make_site("plain", "dummy", pages={"part.py": "# not shown\nx = 1\n1 / 0\n"})
    ((_, block),) = marked(site(make_site, text).env.get_doctree("index"), Block)
    assert (block.filename, block.lines) == ("part.py", (2, 3))


def test_a_time_for_all_blocks(make_site: MakeSite) -> None:
    text = ">>> 1\n\n.. code-block:: python\n   :timeout: 2\n\n   2\n"
    app = site(make_site, text, emrun_timeout=0.5, **ALL)
    (plan,) = get_domain(app.env).plans["index"]
    assert [step.seconds for step in plan.steps] == [0.5, 2]


def test_nothing_that_is_skipped_has_a_button(make_site: MakeSite) -> None:
    text = """
>>> a  # doctest: +SKIP
>>> b  # doctest: +SKIP

>>> a  # doctest: +SKIP
>>> c

.. doctest::
   :options: +SKIP

   >>> d

.. doctest::
   :pyversion: < 3

   >>> e

.. doctest::
   :class: runnable
   :options: +SKIP

   >>> "its author wants it"
"""
    found = codes(site(make_site, text, **ALL))
    assert [code.splitlines()[-1] for code in found] == [">>> c", '>>> "its author wants it"']


def test_what_a_condition_excludes_has_no_button(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sphinx_emrun.assets.Assets.publish", lambda *arguments: [])
    text = (
        ".. doctest::\n   :skipif: {}\n\n   >>> 1\n\n.. testcode::\n   :hide:\n   :skipif: {}\n\n   x = 1\n"
    )
    make = {"extensions": ["sphinx.ext.doctest", "sphinx_emrun"], **ALL}
    pages = {"index.rst": "Page\n====\n\n" + text.format("here", "there")}
    app = make_site("plain", "html", pages=pages, confoverrides=make)
    app.connect(
        "env-updated",
        lambda app, env: setattr(get_domain(env), "report", Report(truths={"here": True, "there": False})),
    )
    app.build()
    html = (Path(app.outdir) / "index.html").read_text("utf-8")
    assert 'class="emrun"' not in html
    assert "&gt;&gt;&gt; " in html
    hidden = (
        '<div class="emrun-setup" hidden data-emrun-session="" data-emrun-source="x = 1" data-emrun-here>'
    )
    assert hidden in html


def test_a_hint_where_no_example_is_runnable(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_site(
        "plain",
        "emrun",
        pages={"index.rst": "Page\n====\n\n.. code-block:: python\n\n   1\n\n>>> 2\n\n::\n\n   no python:\n"},
    )
    monkeypatch.setattr("sphinx_emrun.checking.site.is_wanted", lambda _app: True)
    app.build()
    hints = [line for line in app.status.getvalue().splitlines() if "2 blocks show Python" in line]
    assert len(hints) == 1
    assert 'emrun_code_blocks = "all"' in hints[0]


def test_lines_stand_where_they_stand_in_their_file() -> None:
    assert placed("a\nb\nc", (2, 3, 6)) == "\na\nb\n\n\nc"
    assert placed("a\nb", ()) == "a\nb"
