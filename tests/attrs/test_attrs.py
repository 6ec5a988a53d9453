"""attrs' documentation, which nobody wrote for this: built with one line added, and run in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import attrs_site
import pytest
from attrs_browser import run_site
from playwright.sync_api import Playwright
from report import report_on

pytestmark = [pytest.mark.network, pytest.mark.browser, pytest.mark.xdist_group("attrs")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attrs")
    project = attrs_site.fetch(folder)
    attrs_site.enable(project)
    warnings = attrs_site.build(project, folder / "site")
    assert "emrun" not in warnings
    return folder / "site"


def test_every_example_of_every_page_is_in_a_runnable_block(site: Path) -> None:
    pages = [path.read_text("utf-8") for path in site.glob("*.html")]
    sources = [source for page in pages for source in re.findall(r'data-emrun-source="([^"]*)"', page)]
    examples = sum(source.count("&gt;&gt;&gt; ") for source in sources)
    assert examples >= 450


@pytest.mark.timeout(1800)
def test_the_examples_print_in_chromium_what_the_pages_say(site: Path, playwright: Playwright) -> None:
    report = report_on(run_site(site, playwright))
    print(report.table(), report.details(), sep="\n\n")
    assert sum(comparison.examples for _, comparison in report.compared) >= 450
    assert report.unexplained == []
    assert report.outdated == set()
