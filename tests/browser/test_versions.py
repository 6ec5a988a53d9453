"""Versions of one site share their large files (`emrun_shared`), wherever the whole is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import make_live

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.shared import Shared

    from .conftest import OpenPage, Serve

HELLO = "hello red by the setup"
SHARED = "emrun-shared"


def shared_by(site: Path) -> dict[str, str]:
    """{name in the shared folder: path in the bundle} of one version."""
    (manifest,) = site.glob("_static/emrun/*/manifest.json")
    places = json.loads(manifest.read_text("utf-8"))["shared"].items()
    return {place.removeprefix(f"../../../../{SHARED}/"): path for path, place in places}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="session")
def versions(shared: Shared) -> Path:
    """Two versions of the site of tests/roots/test-live, built beside each other and then moved."""
    setting = f"emrun_shared=../{SHARED}"

    def make(out: Path) -> None:
        folder = out / "site"
        make_live(shared, folder / "v1", setting)
        assert names(folder / SHARED) == shared_by(folder / "v1").keys()
        make_live(shared, folder / "v2", setting, "emrun_snapshot=json")
        assert names(folder / SHARED) == shared_by(folder / "v1").keys() | shared_by(folder / "v2").keys()
        folder.rename(out / "moved")

    return shared.make("live:versions", make) / "moved"


def test_both_run_and_a_reader_loads_what_differs(serve: Serve, open_page: OpenPage, versions: Path) -> None:
    site = serve(folder=versions, prefix="/repo/", headers={"Cache-Control": "max-age=600"})
    loaded = []
    for version in ("v1", "v2"):
        site.requests.clear()
        first = open_page(site, f"{version}/index.html")("first")
        assert first.run("done") == HELLO
        first.type("import csv; csv.__name__")
        first.expect_text("'csv'")
        assert all(name.startswith((f"{version}/", f"{SHARED}/")) for name in site.requests)
        shared = shared_by(versions / version)
        loaded.append({shared[Path(name).name] for name in site.requests if name.startswith(SHARED)})
    assert {"snapshot.bin", "pyodide/pyodide.asm.js", "pyodide/pyodide.asm.bin", "stdlib.zip"} <= loaded[0]
    # The uncompressed form of the interpreter's code is requested and abandoned (`loader.js`).
    assert loaded[1] - {"pyodide/pyodide.asm.wasm"} == {"snapshot.bin"}


def test_a_version_opened_from_a_file_says_what_to_do(page: Page, versions: Path) -> None:
    page.goto((versions / "v1" / "index.html").as_uri())
    block = page.locator(".emrun:has(#first)")
    expect(block.get_by_role("status")).to_contain_text("python -m http.server")
    expect(block.get_by_role("button")).to_have_count(0)
