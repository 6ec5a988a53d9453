"""The preview server's parts, in this process: headers, prefix, media types, reloading, what is watched."""

from __future__ import annotations

import inspect
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from queue import SimpleQueue

import pytest
from sphinx_autobuild.build import Builder
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from sphinx_emrun.preview.changes import Changes
from sphinx_emrun.preview.rebuild import Rebuilder, Unimportant
from sphinx_emrun.preview.server import Place, ServerError, preview_app, site_app
from sphinx_emrun.preview.watch import Watched, watched_for

ISOLATION = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
}
OWN_HOST = {"Host": "localhost"}  # which the test client sets for requests alone
PAGE = "<!doctype html><html><body>A page</body></html>\n"


def browser(app: Starlette) -> TestClient:
    """One that has opened the site under this machine's own name."""
    return TestClient(app, base_url="http://localhost")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "guide").mkdir(parents=True)
    for page in ("index.html", "guide/index.html", "404.html"):
        (folder / page).write_text(PAGE)
    for name in ("main.js", "pyodide.mjs", "pyodide.asm.wasm", "snapshot.bin", "manifest.json", "emrun.css"):
        (folder / name).write_bytes(b"content")
    return folder


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "index.rst").write_text("before")
    return folder


@pytest.fixture
def rebuilt() -> list[list[Path]]:
    return []


@pytest.fixture
def previewing(site: Path, sources: Path, rebuilt: list[list[Path]]) -> Iterator[TestClient]:
    def rebuild(*, changed_paths: list[Path]) -> None:
        rebuilt.append(changed_paths)

    rebuilder = Rebuilder(lambda: Watched(trees=frozenset({sources})), Unimportant(site), rebuild)
    with browser(preview_app(site, Place(prefix="/repo/"), rebuilder)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/main.js", "/pyodide.asm.wasm", "/guide", "/guide/", "/nowhere"])
def test_every_response_carries_the_isolation_headers(site: Path, path: str) -> None:
    response = browser(site_app(site, Place())).get(path, follow_redirects=False)
    assert {name: response.headers.get(name) for name in ISOLATION} == ISOLATION


@pytest.mark.parametrize("path", ["/", "/main.js", "/guide", "/nowhere"])
def test_no_response_carries_them_when_told_so(site: Path, path: str) -> None:
    response = browser(site_app(site, Place(isolated=False))).get(path, follow_redirects=False)
    assert not ISOLATION.keys() & response.headers.keys()


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("main.js", "text/javascript; charset=utf-8"),
        ("pyodide.mjs", "text/javascript; charset=utf-8"),
        ("pyodide.asm.wasm", "application/wasm"),
        ("snapshot.bin", "application/octet-stream"),
        ("manifest.json", "application/json"),
        ("emrun.css", "text/css; charset=utf-8"),
    ],
)
def test_media_types_do_not_depend_on_the_machine(site: Path, name: str, media_type: str) -> None:
    response = browser(site_app(site, Place())).get(f"/{name}")
    assert response.headers["content-type"] == media_type
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    ("name", "compressed"),
    [
        ("index.html", True),
        ("main.js", True),
        ("manifest.json", True),
        ("pyodide.asm.wasm", True),
        ("snapshot.bin", False),
        ("nowhere", True),
    ],
)
def test_without_headers_it_compresses_as_github_pages_does(site: Path, name: str, compressed: bool) -> None:
    client = browser(site_app(site, Place(isolated=False)))
    response = client.get(f"/{name}", headers={"Accept-Encoding": "gzip"})
    assert (response.headers.get("content-encoding") == "gzip") == compressed
    plain = client.get(f"/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.content == response.content
    assert "content-encoding" not in plain.headers
    assert plain.headers["content-type"] == response.headers["content-type"]
    assert (plain.status_code, response.status_code) == ((404, 404) if name == "nowhere" else (200, 200))


@pytest.mark.parametrize("path", ["/", "/main.js", "/guide", "/nowhere"])
def test_nothing_is_kept_in_the_browsers_cache(site: Path, path: str) -> None:
    response = browser(site_app(site, Place())).get(path, follow_redirects=False)
    assert response.headers["cache-control"] == "no-store"


def test_a_missing_module_script_is_no_page_of_that_type(site: Path) -> None:
    response = browser(site_app(site, Place())).get("/missing.mjs")
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_site_below_a_prefix_is_nowhere_else(site: Path) -> None:
    client = browser(site_app(site, Place(prefix="/repo/")))
    assert client.get("/repo/").text == PAGE
    assert client.get("/repo/guide/").text == PAGE
    for path in ("/main.js", "/", "/repository/", "/a/repo/"):
        elsewhere = client.get(path)
        assert elsewhere.status_code == 404
        assert 'The site is at <a href="/repo/">/repo/</a>.' in elsewhere.text
    assert [at.headers["location"] for at in client.get("/repo").history] == ["/repo/"]
    assert [at.headers["location"] for at in client.get("/repo/guide").history] == [
        "http://localhost/repo/guide/"
    ]


@pytest.mark.parametrize(
    "path",
    ["/.doctrees/index.doctree", "/.buildinfo", "/guide/.hidden", "/.hidden/", "/%2edoctrees/index.doctree"],
)
@pytest.mark.parametrize("isolated", [True, False])
def test_nothing_hidden_is_served(site: Path, path: str, isolated: bool) -> None:
    for name in (".doctrees/index.doctree", ".buildinfo", "guide/.hidden", ".hidden/index.html"):
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text("secret")
    response = browser(site_app(site, Place(isolated=isolated))).get(path)
    assert response.status_code == 404
    assert "secret" not in response.text


def test_a_link_out_of_the_site_is_not_followed(site: Path) -> None:
    (site.parent / "secret").write_text("secret")
    (site / "link").symlink_to(site.parent / "secret")
    (site / "up").symlink_to(site.parent)
    for path in ("/link", "/up/secret", "/up/"):
        response = browser(site_app(site, Place())).get(path)
        assert (response.status_code, "secret" in response.text) == (404, False)


def test_a_folder_is_never_listed(site: Path) -> None:
    (site / "folder").mkdir()
    (site / "folder" / "file").write_text("content")
    response = browser(site_app(site, Place())).get("/folder/")
    assert (response.status_code, "file" in response.text) == (404, False)


@pytest.mark.parametrize(
    ("place", "host", "answers"),
    [
        (Place(), "localhost:8000", True),
        (Place(), "LOCALHOST:8000", True),
        (Place(), "localhost.:8000", True),
        (Place(), "127.0.0.1", True),
        (Place(), "[::1]:8000", True),
        (Place(), "evil.example:8000", False),
        (Place(), "localhost.evil.example", False),
        (Place(), "localhost@evil.example", False),
        (Place(), "192.0.2.1", False),
        (Place(), "", False),
        (Place(), "[::1", False),
        (Place(host="192.0.2.1"), "192.0.2.1:8000", True),
        (Place(host="192.0.2.1"), "evil.example", False),
        (Place(host="docs.example"), "docs.example", True),
        (Place(host="0.0.0.0"), "192.0.2.1:8000", True),
        (Place(host="0.0.0.0"), f"{socket.gethostname()}:8000", True),
        (Place(host="0.0.0.0"), "evil.example", False),
        (Place(host="::"), "[2001:db8::1]:8000", True),
        (Place(host="::"), "evil.example", False),
        (Place(allowed=("proxy.example",)), "proxy.example", True),
        (Place(allowed=("Proxy.example",)), "proxy.example:443", True),
        (Place(allowed=("proxy.example",)), "evil.example", False),
    ],
)
def test_it_answers_for_its_own_names_only(site: Path, place: Place, host: str, answers: bool) -> None:
    response = TestClient(site_app(site, place)).get("/index.html", headers={"Host": host})
    assert response.status_code == (200 if answers else 403)
    assert ("A page" in response.text) is answers
    if not answers:
        assert "--allow-host" in response.text


@pytest.mark.parametrize(
    ("host", "origin", "opens"),
    [
        ("localhost:8000", "http://localhost:8000", True),
        ("localhost:8000", None, True),
        ("localhost:8000", "http://localhost:9000", False),
        ("localhost:8000", "http://evil.example", False),
        ("localhost:8000", "null", False),
        ("localhost:8000", "", False),
        ("evil.example", "http://evil.example", False),
        ("localhost:8000", "https://proxy.example", True),
    ],
)
def test_only_its_own_pages_open_the_websocket(
    site: Path, sources: Path, host: str, origin: str | None, opens: bool
) -> None:
    rebuilder = Rebuilder(lambda: Watched(trees=frozenset({sources})), Unimportant(site), lambda **_: None)
    headers = {"Host": host} | ({} if origin is None else {"Origin": origin})
    with TestClient(preview_app(site, Place(allowed=("proxy.example",)), rebuilder)) as client:
        refused = nullcontext() if opens else pytest.raises(WebSocketDisconnect)
        with refused, client.websocket_connect("/websocket-reload", headers=headers):
            pass


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/..%2fsecret"])
def test_nothing_outside_the_site_is_served(site: Path, path: str) -> None:
    (site.parent / "secret").write_text("secret")
    response = browser(site_app(site, Place())).get(path)
    assert response.status_code == 404
    assert "secret" not in response.text


def test_only_the_preview_adds_the_script_and_only_to_pages(site: Path, previewing: TestClient) -> None:
    page = previewing.get("/repo/").text
    assert page.startswith(PAGE)
    assert page.count("<script>") == 1
    assert '+ "/repo/websocket-reload")' in page
    assert previewing.get("/repo/main.js").content == b"content"
    assert browser(site_app(site, Place())).get("/").text == PAGE


def test_the_preview_serves_isolated_pages(previewing: TestClient) -> None:
    response = previewing.get("/repo/")
    assert {name: response.headers.get(name) for name in ISOLATION} == ISOLATION


@pytest.mark.timeout(30)
def test_an_edit_rebuilds_and_reloads_every_open_page(
    sources: Path, previewing: TestClient, rebuilt: list[list[Path]]
) -> None:
    connect = previewing.websocket_connect
    with (
        connect("/repo/websocket-reload", headers=OWN_HOST) as one,
        connect("/repo/websocket-reload", headers=OWN_HOST) as other,
    ):
        (sources / "index.rst").write_text("after")
        assert (one.receive_text(), other.receive_text()) == ("refresh", "refresh")
    assert rebuilt == [[sources / "index.rst"]]


@pytest.mark.timeout(30)
def test_files_directly_in_the_projects_folder_are_seen_time_and_again(site: Path, sources: Path) -> None:
    project = sources.parent
    seen: list[list[Path]] = []

    def rebuild(*, changed_paths: list[Path]) -> None:
        seen.append(changed_paths)

    watched = Watched(trees=frozenset({sources}), folders=frozenset({project}))
    rebuilder = Rebuilder(lambda: watched, Unimportant(site), rebuild)
    settings = project / "pyproject.toml"
    with (
        browser(preview_app(site, Place(), rebuilder)) as client,
        client.websocket_connect("/websocket-reload", headers=OWN_HOST) as page,
    ):
        for round_ in range(3):  # as editors save: a new file takes the old one's place
            (project / "pyproject.toml~").write_text(str(round_))
            (project / "pyproject.toml~").replace(settings)
            assert page.receive_text() == "refresh"
    assert seen == [[settings]] * 3


@pytest.mark.timeout(60)
def test_what_a_build_writes_among_the_sources_calls_for_no_build(
    site: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A generated page, the same each time; one with the time in it; and a note of the first build."""
    builds: list[list[Path]] = []
    generated, changing = sources / "generated.rst", sources / "changing.rst"
    asked: SimpleQueue[Path] = SimpleQueue()
    edits = Changes.edits

    def rebuild(*, changed_paths: Sequence[Path]) -> None:
        builds.append([*changed_paths])
        generated.write_text("the same")
        changing.write_text(str(len(builds)))

    def observed(changes: Changes, paths: Iterable[Path]) -> list[Path]:
        paths = list(paths)
        found = edits(changes, paths)
        for path in paths:
            asked.put(path)
        return found

    monkeypatch.setattr(Changes, "edits", observed)
    rebuilder = Rebuilder(lambda: Watched(trees=frozenset({sources})), Unimportant(site), rebuild)
    os.utime(sources / "index.rst", (1, 1))
    rebuilder.build()
    assert {asked.get(), asked.get()} == {generated, changing}
    with browser(preview_app(site, Place(), rebuilder)) as client:
        for number in range(3):
            connected = client.websocket_connect("/websocket-reload", headers=OWN_HOST)
            with connected as page:
                (sources / "index.rst").write_text(f"edit {number}")
                assert page.receive_text() == "refresh"
            while asked.get(timeout=20) != changing:
                pass
    assert builds == [[], *[[sources / "index.rst"]] * 3]


@pytest.mark.timeout(30)
def test_one_build_follows_what_changes_in_several_places_and_while_git_works(
    site: Path, sources: Path, tmp_path: Path
) -> None:
    builds: list[list[Path]] = []
    code = tmp_path / "code"
    (code / ".git").mkdir(parents=True)
    lock = code / ".git" / "index.lock"
    lock.touch()

    def rebuild(*, changed_paths: list[Path]) -> None:
        builds.append(changed_paths)

    rebuilder = Rebuilder(lambda: Watched(trees=frozenset({sources, code})), Unimportant(site), rebuild)
    with (
        browser(preview_app(site, Place(), rebuilder)) as client,
        client.websocket_connect("/websocket-reload", headers=OWN_HOST) as page,
    ):
        (code / "a.py").write_text("a")
        (sources / "index.rst").write_text("after")
        (code / "b.py").write_text("b")
        (code / "b.py.orig").write_text("left by a merge, and removed")
        (code / "b.py.orig").unlink()
        lock.unlink()
        assert page.receive_text() == "refresh"
    assert builds == [[code / "a.py", code / "b.py", sources / "index.rst"]]


@pytest.mark.timeout(30)
def test_what_a_later_build_is_made_from_is_watched_from_then_on(
    site: Path, sources: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    library.mkdir()
    watched = {sources}
    builds: list[list[Path]] = []

    def rebuild(*, changed_paths: list[Path]) -> None:
        builds.append(changed_paths)
        watched.add(library)

    rebuilder = Rebuilder(lambda: Watched(trees=frozenset(watched)), Unimportant(site), rebuild)
    with (
        browser(preview_app(site, Place(), rebuilder)) as client,
        client.websocket_connect("/websocket-reload", headers=OWN_HOST) as page,
    ):
        (sources / "index.rst").write_text("after")
        assert page.receive_text() == "refresh"
        (library / "module.py").write_text("new")
        assert page.receive_text() == "refresh"
    assert builds == [[sources / "index.rst"], [library / "module.py"]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A git work tree with a package, a virtual environment, and documentation below ``docs``."""
    root = tmp_path / "project"
    names = "docs/conf.py src/pkg/__init__.py pyproject.toml env/pyvenv.cfg cache/x node_modules/y"
    for name in names.split():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / ".gitignore").write_text("cache\n*.log\n")
    subprocess.run(["git", "init", "--quiet", root], check=True)
    return root


def test_the_preview_watches_what_git_knows_of_the_project(project: Path) -> None:
    trees = frozenset({project / "docs", project / "src"})
    assert watched_for(project / "docs") == Watched(trees=trees, folders=frozenset({project}))
    assert watched_for(project) == Watched(trees=frozenset({project}))


def test_without_git_it_watches_the_folders_that_are_no_environment(project: Path) -> None:
    (project / ".git").rename(project.parent / "not-git")
    trees = frozenset({project / "cache", project / "docs", project / "src"})
    assert watched_for(project / "docs") == Watched(trees=trees, folders=frozenset({project}))


def test_documentation_without_a_project_is_watched_alone(sources: Path) -> None:
    assert watched_for(sources) == Watched(trees=frozenset({sources}))


def test_what_the_last_build_was_made_from_is_watched(project: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    (library / "src").mkdir(parents=True)
    (library / "setup.py").touch()
    wheel, table, templates = (
        tmp_path / "wheels" / "x.whl",
        tmp_path / "data" / "table.csv",
        tmp_path / "templates",
    )
    for folder in (wheel.parent, table.parent, templates):
        folder.mkdir()
    table.touch()
    inputs = [library, wheel, table, templates, project / "docs" / "conf.py", project / "src" / "pkg"]
    watched = watched_for(project / "docs", inputs)
    assert watched.trees == {project / "docs", project / "src", library / "src", templates}
    assert watched.folders == {project, library}
    assert watched.files == {wheel, table}
    assert watched.nearby() == {project, library, wheel.parent, table.parent}
    assert watched.holds(wheel)
    assert not watched.holds(wheel.with_name("another.whl"))


@pytest.mark.parametrize(
    ("name", "ignored"),
    [
        ("docs/index.rst", False),
        ("src/pkg/__init__.py", False),
        ("pyproject.toml", False),
        ("docs/_build/html/index.html", True),
        ("src/pkg/__pycache__/x.cpython-314.pyc", True),
        ("src/pkg.egg-info/PKG-INFO", True),
        (".git/index", True),
        ("docs/.index.rst.swp", True),
        ("docs/index.rst~", True),
        ("cache/new", True),
        ("docs/deleted/build.log", True),
        ("docs/.DS_Store", True),
        ("docs/._index.rst", True),
        ("docs/Thumbs.db", True),
        ("docs/.goutputstream-A1B2C3", True),
        ("docs/index.rst___jb_tmp___", True),
        ("docs/.index.rst.kate-swp", True),
        ("docs/4913", True),
        ("docs/.#index.rst", True),
        ("docs/#index.rst#", True),
        ("docs/.~lock.table.ods#", True),
        ("docs/index.rst.tmp", True),
    ],
)
def test_what_calls_for_no_rebuild(project: Path, name: str, ignored: bool) -> None:
    assert Unimportant(project / "docs" / "_build" / "html")(str(project / name)) is ignored


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_the_preview_itself_says_calls_for_no_rebuild(tmp_path: Path, stream: str) -> None:
    log, other = tmp_path / "preview.log", tmp_path / "other.log"
    other.touch()
    other_stream = "stderr" if stream == "stdout" else "stdout"
    program = (
        "import sys; from sphinx_emrun.preview.rebuild import Unimportant;"
        f"print([Unimportant()(path) for path in sys.argv[1:]], file=sys.{other_stream})"
    )
    command = [sys.executable, "-c", program, str(log), str(other)]
    with log.open("w") as file:
        if stream == "stdout":
            said = subprocess.run(command, check=True, stdout=file, stderr=subprocess.PIPE).stderr
        else:
            said = subprocess.run(command, check=True, stderr=file, stdout=subprocess.PIPE).stdout
    assert said.strip() == b"[True, False]"


def test_a_host_that_is_not_this_machine_is_one_sentence() -> None:
    with pytest.raises(ServerError, match=r"^Cannot listen on 192\.0\.2\.1 port 0: .+\.$"):
        Place(host="192.0.2.1").listen()


def test_a_free_port_is_found_and_told() -> None:
    listener, address = Place(prefix="/repo/").listen()
    with listener:
        assert address == f"127.0.0.1:{listener.getsockname()[1]}/repo/"


def test_sphinx_autobuild_still_has_the_parts_that_are_used() -> None:
    """Its classes are importable but undocumented; this is all that the server relies on."""
    assert [*inspect.signature(Builder).parameters] == [
        "sphinx_args",
        "url_host",
        "pre_build_commands",
        "post_build_commands",
    ]
    assert [*inspect.signature(Builder.__call__).parameters] == ["self", "changed_paths"]
    assert [*inspect.signature(IgnoreFilter).parameters] == ["regular", "regex_based"]
    assert [*inspect.signature(JavascriptInjectorMiddleware).parameters] == ["app", "ws_url"]
    assert [*inspect.signature(RebuildServer).parameters] == ["paths", "ignore_filter", "change_callback"]
    assert {"watch", "main", "lifespan", "watch_reloads"} <= vars(RebuildServer).keys()
