"""The preview server's parts, in this process: headers, prefix, media types, reloading, what is watched."""

from __future__ import annotations

import inspect
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sphinx_autobuild.build import Builder
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from starlette.testclient import TestClient

from sphinx_emrun.preview.server import Place, Rebuilder, ServerError, Unimportant, preview_app, site_app
from sphinx_emrun.preview.watch import Watched, watched_for

ISOLATION = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
}
PAGE = "<!doctype html><html><body>A page</body></html>\n"


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

    rebuilder = Rebuilder(Watched(trees=(sources,), folder=None), Unimportant(site), rebuild)
    with TestClient(preview_app(site, Place(prefix="/repo/"), rebuilder)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/main.js", "/pyodide.asm.wasm", "/guide", "/guide/", "/nowhere"])
def test_every_response_carries_the_isolation_headers(site: Path, path: str) -> None:
    response = TestClient(site_app(site, Place())).get(path, follow_redirects=False)
    assert {name: response.headers.get(name) for name in ISOLATION} == ISOLATION


@pytest.mark.parametrize("path", ["/", "/main.js", "/guide", "/nowhere"])
def test_no_response_carries_them_when_told_so(site: Path, path: str) -> None:
    response = TestClient(site_app(site, Place(isolated=False))).get(path, follow_redirects=False)
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
    response = TestClient(site_app(site, Place())).get(f"/{name}")
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
    client = TestClient(site_app(site, Place(isolated=False)))
    response = client.get(f"/{name}", headers={"Accept-Encoding": "gzip"})
    assert (response.headers.get("content-encoding") == "gzip") == compressed
    plain = client.get(f"/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.content == response.content
    assert "content-encoding" not in plain.headers
    assert plain.headers["content-type"] == response.headers["content-type"]
    assert (plain.status_code, response.status_code) == ((404, 404) if name == "nowhere" else (200, 200))


@pytest.mark.parametrize("path", ["/", "/main.js", "/guide", "/nowhere"])
def test_nothing_is_kept_in_the_browsers_cache(site: Path, path: str) -> None:
    response = TestClient(site_app(site, Place())).get(path, follow_redirects=False)
    assert response.headers["cache-control"] == "no-store"


def test_a_missing_module_script_is_no_page_of_that_type(site: Path) -> None:
    response = TestClient(site_app(site, Place())).get("/missing.mjs")
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_site_below_a_prefix_is_nowhere_else(site: Path) -> None:
    client = TestClient(site_app(site, Place(prefix="/repo/")))
    assert client.get("/repo/").text == PAGE
    assert client.get("/repo/guide/").text == PAGE
    assert client.get("/main.js").status_code == 404
    assert client.get("/").status_code == 404
    assert [at.headers["location"] for at in client.get("/repo").history] == ["http://testserver/repo/"]
    assert [at.headers["location"] for at in client.get("/repo/guide").history] == [
        "http://testserver/repo/guide/"
    ]


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/..%2fsecret"])
def test_nothing_outside_the_site_is_served(site: Path, path: str) -> None:
    (site.parent / "secret").write_text("secret")
    response = TestClient(site_app(site, Place())).get(path)
    assert response.status_code == 404
    assert "secret" not in response.text


def test_only_the_preview_adds_the_script_and_only_to_pages(site: Path, previewing: TestClient) -> None:
    page = previewing.get("/repo/").text
    assert page.startswith(PAGE)
    assert page.count("<script>") == 1
    assert '+ "/repo/websocket-reload")' in page
    assert previewing.get("/repo/main.js").content == b"content"
    assert TestClient(site_app(site, Place())).get("/").text == PAGE


def test_the_preview_serves_isolated_pages(previewing: TestClient) -> None:
    response = previewing.get("/repo/")
    assert {name: response.headers.get(name) for name in ISOLATION} == ISOLATION


@pytest.mark.timeout(30)
def test_an_edit_rebuilds_and_reloads_every_open_page(
    sources: Path, previewing: TestClient, rebuilt: list[list[Path]]
) -> None:
    connect = previewing.websocket_connect
    with connect("/repo/websocket-reload") as one, connect("/repo/websocket-reload") as other:
        (sources / "index.rst").write_text("after")
        assert (one.receive_text(), other.receive_text()) == ("refresh", "refresh")
    assert rebuilt == [[sources / "index.rst"]]


@pytest.mark.timeout(30)
def test_files_directly_in_the_projects_folder_are_seen_time_and_again(site: Path, sources: Path) -> None:
    project = sources.parent
    seen: list[list[Path]] = []

    def rebuild(*, changed_paths: list[Path]) -> None:
        seen.append(changed_paths)

    rebuilder = Rebuilder(Watched(trees=(sources,), folder=project), Unimportant(site), rebuild)
    settings = project / "pyproject.toml"
    with (
        TestClient(preview_app(site, Place(), rebuilder)) as client,
        client.websocket_connect("/websocket-reload") as page,
    ):
        for round_ in range(3):  # as editors save: a new file takes the old one's place
            (project / "pyproject.toml~").write_text(str(round_))
            (project / "pyproject.toml~").replace(settings)
            assert page.receive_text() == "refresh"
    assert seen == [[settings]] * 3


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
    expected = Watched(trees=(project / "docs", project / "src"), folder=project)
    assert watched_for(project / "docs") == expected
    assert watched_for(project) == Watched(trees=(project,), folder=None)


def test_without_git_it_watches_the_folders_that_are_no_environment(project: Path) -> None:
    (project / ".git").rename(project.parent / "not-git")
    trees = (project / "cache", project / "docs", project / "src")
    assert watched_for(project / "docs") == Watched(trees=trees, folder=project)


def test_documentation_without_a_project_is_watched_alone(sources: Path) -> None:
    assert watched_for(sources) == Watched(trees=(sources,), folder=None)


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
    ],
)
def test_what_calls_for_no_rebuild(project: Path, name: str, ignored: bool) -> None:
    assert Unimportant(project / "docs" / "_build" / "html")(str(project / name)) is ignored


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
