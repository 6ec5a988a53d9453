"""The terminal's cases (tests/terminal) in browsers: what they show there is what they show on Linux."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from case import Case, read_case
from equipment import CASES, Equipment, marks
from kernel import CPython
from page import InPage, can_run, page_html
from test_cases import compare

from .conftest import SERVED, WAITING
from .server import STRICT, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

#: What such cases are about crosses the channel; the rest happens on the page, or in Python.
CROSSING = (
    "asyncio_",
    "canonical_",
    "cbreak_",
    "eof_",
    "getpass",
    "input_",
    "interrupt_",
    "poll_",
    "raw_",
    "select_",
    "size",
)


@pytest.fixture(scope="module")
def in_page(
    request: pytest.FixtureRequest,
    browser: Browser,
    equipment: Equipment,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Case], InPage]]:
    """A page for each bundle, and of the module's own: one interpreter serves all its cases of a channel."""
    folder = tmp_path_factory.mktemp("cases")
    served = SERVED[request.param]
    site = Site(folder, served["headers"] | STRICT, broken=served.get("broken", {}))
    pages: dict[Path, InPage] = {}

    def page_for(case: Case) -> InPage:
        bundle = equipment.bundle(case)
        if bundle not in pages:
            shutil.copytree(bundle, folder / bundle.name)
            name = f"{bundle.name}.html"
            (folder / name).write_text(page_html(bundle.name), encoding="utf-8")
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            pages[bundle] = InPage(page, lambda: void(page.goto(site.url + name)))
        return pages[bundle]

    yield page_for
    for page in pages.values():
        page.close()
    site.close()


def depends(case: str, tier: str) -> bool:
    """Whether it is worth doing over this channel."""
    return tier == "shared-memory" or case.startswith(CROSSING)


def void(_: object) -> None:
    """Nothing of it is of interest."""


@pytest.mark.xdist_group("terminal cases")
@pytest.mark.parametrize(
    ("in_page", "file"),
    [
        pytest.param(tier, file, id=f"{tier}-{file.stem}", marks=marks(read_case(file)))
        for tier in WAITING
        for file in CASES
        if can_run(read_case(file)) and depends(file.stem, tier)
    ],
    indirect=["in_page"],
)
def test_case_in_a_page(
    file: Path, equipment: Equipment, in_page: Callable[[Case], InPage], tmp_path: Path
) -> None:
    case = read_case(file)
    program = tmp_path / "program.py"
    compare(case, CPython(equipment).run(case, program), in_page(case).run(case, program))
