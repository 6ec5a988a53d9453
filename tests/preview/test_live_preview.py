"""The real command on a real project: a page is served, edited, rebuilt and served anew."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection, connect

DEADLINE = 60.0  # seconds; a build of this project takes about two


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package whose documentation shows a docstring, so that both its folders make the page."""
    root = tmp_path / "project"
    (root / "docs").mkdir(parents=True)
    (root / "src").mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "tiny"\nversion = "1"\n')
    (root / "src" / "tiny.py").write_text('"""The first docstring."""\n')
    (root / "docs" / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(root / 'src')!r})\nextensions = ['sphinx.ext.autodoc']\n"
    )
    (root / "docs" / "index.rst").write_text("Tiny\n====\n\nThe first text.\n\n.. automodule:: tiny\n")
    return root


@contextmanager
def running(*arguments: str | Path) -> Iterator[str]:
    """Start the command on a free port; gives the URL that it prints, and ends it as Ctrl-C would."""
    command = [sys.executable, "-m", "sphinx_emrun", *map(str, arguments), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if match := re.search(r"Serving with.* at (http\S+)", line):
                yield match[1]
                break
        else:
            pytest.fail(f"It never served anything:\n{''.join(said)}")
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def page_at(url: str) -> str:
    with urllib.request.urlopen(url, timeout=DEADLINE) as response:
        assert response.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
        assert response.headers["Cache-Control"] == "no-store"
        return str(response.read().decode())


def reload_until(text: str, page: ClientConnection, url: str) -> None:
    """Do as the reloading script does until the page holds ``text``: an edit may come as two changes."""
    while True:
        assert page.recv(timeout=DEADLINE) == "refresh"
        if text in page_at(url):
            return


@pytest.mark.timeout(240)
def test_an_edited_page_and_edited_code_reach_the_open_page(project: Path, tmp_path: Path) -> None:
    index, code = project / "docs" / "index.rst", project / "src" / "tiny.py"
    with running("preview", project / "docs", tmp_path / "out", "--prefix", "/repo/") as url:
        first = page_at(url)
        assert "The first text." in first
        assert "The first docstring." in first
        reload_address = re.search(r'replace\(/\^http/, "ws"\) \+ "(\S+)"', first)
        assert reload_address is not None
        websocket = re.sub(r"^http(.*?)/repo/$", rf"ws\1{reload_address[1]}", url)
        with connect(websocket, open_timeout=DEADLINE) as page:
            index.write_text(index.read_text().replace("first", "second"))
            reload_until("The second text.", page, url)
            code.write_text('"""The second docstring."""\n')
            reload_until("The second docstring.", page, url)


@pytest.mark.timeout(240)
def test_all_that_a_build_is_made_from_is_followed_and_built_once(tmp_path: Path) -> None:
    docs, core, data = tmp_path / "docs", tmp_path / "packages" / "core", tmp_path / "data"
    (core / "src").mkdir(parents=True)
    (core / "pyproject.toml").write_text('[project]\nname = "core"\nversion = "1"\n')
    module, table, templates = core / "src" / "core.py", data / "table.txt", tmp_path / "templates"
    for folder in (docs, data, templates):
        folder.mkdir()
    module.write_text('"""First docstring."""\n')
    table.write_text("First table.\n")
    (templates / "layout.html").write_text(
        '{% extends "!layout.html" %}{% block footer %}First.{% endblock %}'
    )
    builds = tmp_path / "builds"
    (docs / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(module.parent)!r})\n"
        f"open({str(builds)!r}, 'a').write('x')\n"
        f"open({str(docs / 'generated.rst')!r}, 'w').write(':orphan:\\n\\nPage\\n====\\n')\n"
        "extensions = ['sphinx.ext.autodoc', 'sphinx_emrun']\n"
        "emrun_project = '../packages/core'\ntemplates_path = ['../templates']\n"
    )
    (docs / "index.rst").write_text(
        "Core\n====\n\n.. automodule:: core\n\n.. literalinclude:: ../data/table.txt\n   :language: none\n"
    )
    options: list[str | Path] = [
        "-D",
        "html_title=Named",
        "-a",
        "-d",
        docs / "kept",
        "-w",
        docs / "warnings.txt",
    ]
    with running("preview", docs, *options, docs / "out") as url:
        assert "<title>Core &#8212; Named</title>" in page_at(url)
        websocket = f"{url.replace('http', 'ws', 1)}websocket-reload"
        with connect(websocket, open_timeout=DEADLINE) as page:
            for file in (module, table, templates / "layout.html"):
                file.write_text(file.read_text().replace("First", "Second"))
                assert page.recv(timeout=DEADLINE) == "refresh"
        shown = page_at(url)
    assert "Second docstring." in shown
    assert "Second table." in shown
    assert "Second." in shown
    assert builds.read_text() == "x" * 4


@pytest.mark.timeout(60)
def test_a_built_site_is_served_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>Built</p>")
    with running("serve", tmp_path) as url:
        assert page_at(url) == "<p>Built</p>"
