"""The terminal's cases (tests/terminal) in browsers: what they show there is what they show on Linux."""

from __future__ import annotations

import shutil
import tomllib
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from case import read_case
from kernel import CPython
from page import InPage, can_run, page_html
from reference import newest_python
from test_cases import CASES, compare

from sphinx_emrun.bundle import BundleRequest, make_bundle

from .conftest import SERVED, WAITING
from .server import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

DIFFERENCES = tomllib.loads((Path(__file__).parents[2] / "docs" / "tiers.toml").read_text("utf-8"))
#: What such cases are about happens on the page.
DISCIPLINE = ("edit_", "termios_", "output_", "isatty", "exit_", "help_", "traceback")


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of the module's own."""
    folder = tmp_path_factory.mktemp("cases")
    request = BundleRequest(project=None)
    bundle = make_bundle(request, cache=folder / "cache", progress=lambda _: nullcontext())
    shutil.copytree(bundle.folder, folder / "site" / "bundle")
    (folder / "site" / "index.html").write_text(page_html("bundle"), encoding="utf-8")
    return folder / "site"


@pytest.fixture(scope="module")
def in_page(request: pytest.FixtureRequest, browser: Browser, site_folder: Path) -> Iterator[InPage]:
    """That page, open, for one interpreter serves all cases of a channel."""
    site = Site(site_folder, **SERVED[request.param])
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    yield InPage(page, lambda: void(page.goto(site.url)))
    page.close()
    site.close()


def depends(case: str, tier: str) -> bool:
    """Whether it is worth doing over this channel: the line discipline is the page's, the same for all."""
    if tier == "shared-memory":
        return True
    return case not in DIFFERENCES["not_run"].get(tier, []) and not case.startswith(DISCIPLINE)


def void(_: object) -> None:
    """Nothing of it is of interest."""


@pytest.mark.xdist_group("terminal cases")
@pytest.mark.parametrize(
    ("in_page", "file"),
    [
        pytest.param(tier, file, id=f"{tier}-{file.stem}")
        for tier in WAITING
        for file in CASES
        if can_run(read_case(file)) and depends(file.stem, tier)
    ],
    indirect=["in_page"],
)
def test_case_in_a_page(file: Path, in_page: InPage, tmp_path: Path) -> None:
    case = read_case(file)
    program = tmp_path / "program.py"
    compare(case, CPython(newest_python()).run(case, program), in_page.run(case, program))
