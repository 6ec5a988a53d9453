"""What is published beside the pages, and when."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sphinx.errors import ExtensionError

from sphinx_emrun.bundle import BundleError
from sphinx_emrun.bundle.wanted import LocalPackage
from sphinx_emrun.locate import find_project, not_found
from tests.builders.conftest import CONTENTS

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from tests.builders.conftest import FakeBundler
    from tests.conftest import MakeSite

DIGEST = "0123456789abcdef"
OTHER = "fedcba9876543210"
INTEGRITY = re.escape(
    "sha256-" + base64.b64encode(hashlib.sha256(CONTENTS["main.js"].encode()).digest()).decode()
)


def published(app: SphinxTestApp) -> list[str]:
    """The files below ``_static/emrun``."""
    folder = Path(app.outdir) / "_static" / "emrun"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def read(app: SphinxTestApp, page: str) -> str:
    return (Path(app.outdir) / page).read_text("utf-8")


def test_bundle_and_files_are_published(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site("all")
    app.build()
    assert published(app) == [
        f"{DIGEST}/emrun.css",
        f"{DIGEST}/main.js",
        f"{DIGEST}/manifest.json",
        f"{DIGEST}/notice.js",
        f"{DIGEST}/pyodide/pyodide.js",
        "files/1520a136298b06a9/program.py",
        "files/1d5626a4bd039507/cities.csv",
    ]
    assert "making a fake bundle... done" in re.sub(r"\x1b\[[0-9;]*m", "", app.status.getvalue())
    assert bundler.caches == [Path(app.doctreedir) / "emrun"]


IMPORTING = """\
.. runnable::

   import json
   from email import message

.. runnable-setup::

   import csv

.. runnable::

   >>> import decimal
"""
#: What runs its transcript comes with what it imports.
FOUND = ("_emrun.transcript", "csv", "decimal", "email", "email.message", "json")


@pytest.mark.parametrize(
    ("setting", "modules"),
    [("True", FOUND), ("False", None), ("['tinyplan']", ("_emrun.transcript", "tinyplan"))],
)
def test_the_snapshot_has_what_the_blocks_import(
    make_site: MakeSite, bundler: FakeBundler, setting: str, modules: tuple[str, ...] | None
) -> None:
    conf = f'extensions = ["sphinx_emrun"]\nemrun_snapshot = {setting}\n'
    make_site("plain", "html", pages={"conf.py": conf, "index.rst": f"Page\n====\n\n{IMPORTING}"}).build()
    (request,) = bundler.requests
    assert request.snapshot == modules


def test_what_is_not_in_the_snapshot_is_said(make_site: MakeSite, bundler: FakeBundler) -> None:
    bundler.refused = {"this": "it prints"}
    app = make_site("all")
    app.build()
    assert "this is not in the snapshot, but imported when a block does: it prints" in app.status.getvalue()


@pytest.mark.parametrize(
    ("builder", "document", "prefix"),
    [
        ("html", "index.html", ""),
        ("html", "guide/blocks.html", "../"),
        ("dirhtml", "guide/blocks/index.html", "../../"),
        ("singlehtml", "index.html", ""),
    ],
)
@pytest.mark.usefixtures("bundler")
def test_urls_are_relative(make_site: MakeSite, builder: str, document: str, prefix: str) -> None:
    app = make_site("all", builder)
    app.build()
    html = read(app, document)
    folder = rf"{prefix}_static/emrun/{DIGEST}"
    assert re.search(
        rf'<script defer="defer" src="{folder}/notice\.js(\?v=\w+)?"></script>\s*'
        rf'<script data-emrun-prefetch="\w+" integrity="{INTEGRITY}" type="module"'
        rf' src="{folder}/main\.js(\?v=\w+)?"></script>',
        html,
    )
    assert re.search(rf'<link [^>]*href="{folder}/emrun\.css(\?v=\w+)?" />', html)
    links = re.findall(r'(?:href|src)="([^"#?]*_static/emrun/[^"?]*)|&#34;url&#34;: &#34;([^"]*?)&#34;', html)
    for link in (first or second for first, second in links):
        assert (Path(app.outdir) / document).parent.joinpath(link).is_file(), link


@pytest.mark.usefixtures("bundler")
def test_only_pages_with_blocks_get_the_script(make_site: MakeSite) -> None:
    app = make_site("all")
    app.build()
    tagged = {
        path.stem for path in Path(app.outdir).rglob("*.html") if "_static/emrun" in path.read_text("utf-8")
    }
    assert tagged == {"index", "blocks", "notes"}


def test_no_block_no_bundle(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site("plain")
    app.build()
    assert bundler.requests == []
    assert published(app) == []


def test_the_last_block_takes_the_bundle_with_it(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site("plain", pages={"index.rst": "Page\n====\n\n.. runnable::\n   :files: conf.py\n\n   1\n"})
    app.build()
    assert published(app)
    app = make_site("plain", pages={"index.rst": "Page\n====\n"})
    app.build()
    assert published(app) == []


def test_configuration_reaches_the_bundle(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site(
        "documents",
        confoverrides={
            "emrun_project": "library",
            "emrun_requirements": ["rich"],
            "emrun_groups": ["docs"],
            "emrun_uv_options": ["--index", "x"],
            "emrun_stdlib": "full",
            "emrun_offline": True,
        },
    )
    project = Path(app.srcdir) / "library"
    project.mkdir()
    (project / "pyproject.toml").write_text("[project]\nname = 'library'\n")
    app.build()
    (request,) = bundler.requests
    assert request.project == project
    assert request.requirements == ("rich",)
    assert request.groups == ("docs",)
    assert request.folder == Path(app.confdir)
    assert request.outputs == (Path(app.outdir), Path(app.doctreedir))
    assert request.uv_options == ("--index", "x")
    assert request.stdlib == "full"
    assert request.offline


def test_the_log_says_where_local_packages_come_from(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site("all")
    bundler.local = (
        LocalPackage("lib", "1.0", Path(app.confdir).parent / "lib"),
        LocalPackage("dep", "2.0", "git+https://example.org/dep@v2"),
    )
    app.build()
    assert "lib 1.0 comes from ../lib\n" in app.status.getvalue()
    assert "dep 2.0 comes from git+https://example.org/dep@v2\n" in app.status.getvalue()


@pytest.mark.parametrize(
    ("setting", "said"),
    [("'auto'", True), ("None", False), ("'library'", False)],
    ids=["auto", "none", "path"],
)
@pytest.mark.usefixtures("bundler")
def test_the_log_says_that_no_project_was_found_and_where(
    make_site: MakeSite, tmp_path: Path, setting: str, said: bool
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.black]\n")
    (tmp_path / "plain" / "library").mkdir(parents=True)
    (tmp_path / "plain" / "library" / "setup.py").touch()
    conf = f'extensions = ["sphinx_emrun"]\nemrun_project = {setting}\n'
    page = "Page\n====\n\n.. runnable::\n\n   1\n"
    app = make_site("plain", "html", pages={"conf.py": conf, "index.rst": page})
    app.build()
    lines = [line for line in app.status.getvalue().splitlines() if "no project" in line]
    assert [str(tmp_path / "pyproject.toml") in line for line in lines] == [True] * said


def test_bundle_that_cannot_be_made_ends_the_build(make_site: MakeSite, bundler: FakeBundler) -> None:
    bundler.failure = BundleError("There is no wheel of numpy for the browser: leave it out.")
    app = make_site("documents")
    with pytest.raises(ExtensionError) as caught:
        app.build()
    assert str(caught.value) == "There is no wheel of numpy for the browser: leave it out."


def test_new_bundle_rewrites_the_pages_with_blocks_only(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site("all")
    app.build()
    before = (Path(app.outdir) / "prose.html").stat().st_mtime_ns
    bundler.digest = OTHER
    app = make_site("all")
    app.build()
    for page in ("index.html", "guide/blocks.html", "notes.html"):
        assert f"emrun/{OTHER}/main.js" in read(app, page)
        assert DIGEST not in read(app, page)
    assert (Path(app.outdir) / "prose.html").stat().st_mtime_ns == before
    assert {path.partition("/")[0] for path in published(app)} == {OTHER, "files"}


def test_unchanged_site_is_left_alone(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site("all")
    app.build()
    files = {path: path.stat().st_mtime_ns for path in Path(app.outdir).rglob("*") if "emrun" in path.parts}
    pages = {
        path: path.stat().st_mtime_ns for path in Path(app.outdir).rglob("*.html") if path.stem == "blocks"
    }
    app = make_site("all")
    app.build()
    assert {path: path.stat().st_mtime_ns for path in files | pages} == files | pages


def test_interrupted_build_is_made_good(make_site: MakeSite, bundler: FakeBundler) -> None:
    make_site("all").build()
    bundler.digest = OTHER
    app = make_site("all")

    def fail(*arguments: object) -> None:
        raise RuntimeError("interrupted")

    app.connect("html-page-context", fail)
    with pytest.raises(Exception, match="interrupted"):
        app.build()
    app = make_site("all")
    app.build()
    assert f"emrun/{OTHER}/main.js" in read(app, "notes.html")
    assert {path.partition("/")[0] for path in published(app)} == {OTHER, "files"}


def test_incomplete_copy_is_made_again(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site("all")
    app.build()
    (Path(app.outdir) / "_static" / "emrun" / DIGEST / "main.js").unlink()
    make_site("all").build()
    assert f"{DIGEST}/main.js" in published(app)


def test_changed_file_gets_a_new_url(make_site: MakeSite, bundler: FakeBundler) -> None:
    app = make_site("documents")
    app.build()
    old = re.findall(r"files/(\w{16})/data\.txt", read(app, "page3.html"))
    app = make_site("documents", pages={"data.txt": "changed\n"})
    app.build()
    new = re.findall(r"files/(\w{16})/data\.txt", read(app, "page3.html"))
    assert len(old) == len(new) == 1
    assert old != new
    assert [path for path in published(app) if path.startswith("files")] == [f"files/{new[0]}/data.txt"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project, a wheel, and documentation beside a ``pyproject.toml`` that only configures a tool."""
    (tmp_path / "docs" / "source").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[build-system]\nrequires = []\n")
    (tmp_path / "docs" / "pyproject.toml").write_text("[tool.ruff]\n")
    (tmp_path / "library-1.0-py3-none-any.whl").write_bytes(b"")
    return tmp_path


def test_project_is_found_upwards(tree: Path) -> None:
    source = tree / "docs" / "source"
    assert find_project("auto", source, source) == tree
    (source / "pyproject.toml").write_text("[project]\n")
    assert find_project("auto", source, source) == source


@pytest.mark.parametrize(
    ("name", "text"),
    [("setup.py", "import setuptools\n"), ("setup.cfg", "[metadata]\nname = lib\n")],
)
def test_a_project_needs_no_pyproject(tree: Path, name: str, text: str) -> None:
    source = tree / "docs" / "source"
    (tree / "docs" / name).write_text(text)
    assert find_project("auto", source, source) == tree / "docs"
    assert find_project("..", source, source) == tree / "docs"


@pytest.mark.parametrize(
    "text",
    ["[tool.black]\n", '[tool.uv.workspace]\nmembers = ["packages/*"]\n', "[tool.uv]\npackage = false\n"],
)
def test_where_no_project_is_found_the_sentence_says_what_is_there(tmp_path: Path, text: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_project("auto", tmp_path / "docs", tmp_path) is None
    sentence = not_found(tmp_path / "docs")
    assert f"is at or above {tmp_path / 'docs'} ({tmp_path / 'pyproject.toml'}: " in sentence


def test_project_is_relative_to_the_configuration(tree: Path) -> None:
    docs = tree / "docs"
    assert find_project("..", docs / "source", docs) == tree
    assert (
        find_project(Path("../library-1.0-py3-none-any.whl"), docs, docs)
        == tree / "library-1.0-py3-none-any.whl"
    )
    assert find_project(None, docs, docs) is None


@pytest.mark.parametrize("setting", ["nowhere", "source", "nowhere.whl"])
def test_project_that_is_none_is_named(tree: Path, setting: str) -> None:
    docs = tree / "docs"
    shutil.rmtree(docs / "nowhere", ignore_errors=True)
    with pytest.raises(ExtensionError, match=f"{docs / setting} is neither .* emrun_project in conf.py"):
        find_project(setting, docs, docs)
