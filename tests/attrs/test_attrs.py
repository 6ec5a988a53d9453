"""attrs' documentation, which nobody wrote for this: built with one line added, and run in a real browser."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import attrs_site
import pytest
from attrs_browser import run_site
from playwright.sync_api import Playwright
from report import known_reasons, report_on

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("attrs")]
EXAMPLES = 470
"""How many there are, as README.md says; `differences.toml` has those that differ."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = attrs_site.fetch(tmp_path_factory.mktemp("attrs"))
    attrs_site.enable(project)
    return project


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    warnings = attrs_site.build(project, project.parent / "site")
    assert "emrun" not in warnings
    return project.parent / "site"


def test_the_build_finds_the_differences_that_readers_see_and_no_others(project: Path) -> None:
    done = attrs_site.check(project, project.parent / "checked")
    assert done.returncode == 1, done.stdout + done.stderr
    found = []
    for case in ET.parse(project.parent / "checked" / "junit.xml").iter("testcase"):
        for failure in case.findall("failure"):
            file, line = str(failure.text).splitlines()[0].rsplit(":", 1)
            shown = Path(file).read_text("utf-8").splitlines()[int(line) - 1]
            found.append((case.get("classname"), shown.strip().removeprefix(">>> ")))
    known = [(block.partition(".html#")[0], line) for block, line in known_reasons()]
    assert sorted(found) == sorted(known)


def test_every_example_of_every_page_is_in_a_runnable_block(site: Path) -> None:
    pages = [path.read_text("utf-8") for path in site.glob("*.html")]
    sources = [source for page in pages for source in re.findall(r'data-emrun-source="([^"]*)"', page)]
    examples = sum(source.count("&gt;&gt;&gt; ") for source in sources)
    assert examples == EXAMPLES


@pytest.mark.browser
@pytest.mark.timeout(1800)
def test_the_examples_print_in_chromium_what_the_pages_say(site: Path, playwright: Playwright) -> None:
    report = report_on(run_site(site, playwright))
    print(report.table(), report.details(), sep="\n\n")
    assert sum(comparison.examples for _, comparison in report.compared) == EXAMPLES
    assert report.unexplained == []
    assert report.outdated == set()
