"""What comes broken, late or not at all is said by its name, tried once more, and never half run."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import ENGINES, OTHER_SITE, PATIENCE
from .editions import publish_another
from .server import Damage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .conftest import OpenPage, Serve

HELLO = "hello red by the setup"
#: Of the list of the others, the page's scripts, the worker's, and what Python starts from: one of each.
KINDS = ["manifest.json", "session.js", "worker.js", "pyodide.asm.bin"]


@pytest.mark.parametrize("file", KINDS)
def test_a_missing_file_is_said_and_run_tries_again(serve: Serve, open_page: OpenPage, file: str) -> None:
    site = serve()
    site.broken[file] = 404
    first = open_page(site)("first")
    first.run("crashed")
    said = re.compile(rf"{file} could not be loaded: the server answered 404.* Press Run")
    expect(first.status).to_contain_text(said)
    site.broken.clear()
    assert first.run("done") == HELLO


BROKEN = [
    ("manifest.json", Damage.ALTERED),
    ("session.js", Damage.CUT),
    ("worker.js", Damage.DIES),
    ("pyodide.asm.js", Damage.ALTERED),
    ("pyodide.asm.bin", Damage.CUT),
    ("pyodide.asm.bin", Damage.DIES),
    ("snapshot.bin", Damage.ALTERED),
]


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        pytest.param(*case, marks=engine)
        for case, engine in zip(BROKEN, itertools.cycle(ENGINES), strict=False)
    ],
)
def test_a_broken_file_is_fetched_once_more(
    serve: Serve, open_page: OpenPage, file: str, damage: Damage
) -> None:
    site = serve()
    site.damaged[file] = iter([damage])
    assert open_page(site, fails=True)("first").run("done") == HELLO
    assert sum(name.endswith(file) for name in site.requests) >= 2


@pytest.mark.parametrize("file", KINDS)
def test_a_file_that_stays_altered_is_said_and_not_run(serve: Serve, open_page: OpenPage, file: str) -> None:
    site = serve()
    site.damaged[file] = itertools.repeat(Damage.ALTERED)
    first = open_page(site)("first")
    first.run("crashed")
    expect(first.status).to_contain_text(f"{file} is not the file that this site was built with")
    assert first.text == ""


@pytest.mark.parametrize("damage", [Damage.ALTERED, Damage.CUT])
def test_the_first_script_is_checked_by_the_page(
    serve: Serve, open_page: OpenPage, page: Page, damage: Damage
) -> None:
    site = serve()
    site.damaged["main.js"] = itertools.repeat(damage)
    open_page(site, fails=True)
    status = page.locator(".emrun-status").first
    expect(status).to_contain_text("This page's scripts could not be loaded", timeout=PATIENCE)
    assert page.get_by_role("button", name="Run").count() == 0


@pytest.mark.parametrize("how", [404, Damage.ALTERED, Damage.STALLS])
def test_a_terminal_does_without_its_style_sheet(
    serve: Serve, open_page: OpenPage, page: Page, how: Damage | int
) -> None:
    site = serve()
    if isinstance(how, int):
        site.broken["xterm.css"] = how
    else:
        site.damaged["xterm.css"] = itertools.repeat(how)
    first = open_page(site, fails=True)("first")
    assert first.run("done") == HELLO
    sheets = "[...document.styleSheets].filter((sheet) => sheet.href?.endsWith('xterm.css'))"
    assert not page.evaluate(f"{sheets}.some((sheet) => sheet.cssRules.length)")
    site.drop()


def test_over_plain_http_the_browser_itself_checks(serve: Serve, open_page: OpenPage) -> None:
    site = serve()
    site.url = site.url.replace("127.0.0.1", OTHER_SITE)
    site.damaged["asm.bin"] = itertools.repeat(Damage.ALTERED)
    first = open_page(site, fails=True)("first")
    first.run("crashed")
    expect(first.status).to_contain_text("asm.bin could not be loaded")


@pytest.mark.parametrize("damage", [Damage.ALTERED, Damage.CUT, Damage.DIES])
def test_what_is_fetched_later_is_checked_too(serve: Serve, open_page: OpenPage, damage: Damage) -> None:
    site = serve()
    first = open_page(site)("first")
    first.run("done")
    site.damaged["stdlib.zip"] = iter([damage] * 2)
    first.type("import csv")
    first.expect_text(re.compile(r"Error.*>>> $", re.DOTALL))
    site.damaged["stdlib.zip"] = iter([damage])
    first.type("import csv; csv.__name__")
    first.expect_text(re.compile(r"'csv'\n>>> $"))


def test_a_data_file_that_is_another_is_said(serve: Serve, open_page: OpenPage) -> None:
    site = serve()
    site.damaged["data.txt"] = itertools.repeat(Damage.CUT)
    data = open_page(site)("data")
    data.run("crashed")
    expect(data.status).to_contain_text("data.txt is not the file that this site was built with")


@pytest.fixture(scope="session")
def impatient(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with short limits on waiting."""
    folder = tmp_path_factory.mktemp("impatient") / "site"
    shutil.copytree(built, folder)
    limits = "QUIET = 10, LIMIT = 60", "QUIET = 1, LIMIT = 4"
    for script in ("main.js", "session.js", "worker.js"):
        publish_another(folder, script, lambda script: script.replace(*limits))
    return folder


@pytest.mark.parametrize("file", ["session.js", "pyodide.asm.bin"])
def test_a_file_that_stops_arriving_is_said_and_given_up(
    serve: Serve, open_page: OpenPage, impatient: Path, file: str
) -> None:
    site = serve(folder=impatient)
    site.damaged[file] = itertools.repeat(Damage.STALLS)
    first = open_page(site)("first")
    first.run("loading")
    expect(first.status).to_contain_text(
        re.compile(r"has arrived for \d seconds. Stop, then Run, tries again"), timeout=PATIENCE
    )
    first.expect_state("crashed")
    expect(first.status).to_contain_text(
        re.compile(f"{file} has stopped arriving: nothing came for 4 seconds.* Press Run")
    )
    site.damaged.clear()
    assert first.run("done") == HELLO


def test_python_that_does_not_start_is_said(
    serve: Serve, open_page: OpenPage, impatient: Path, page: Page
) -> None:
    page.add_init_script("Worker.prototype.postMessage = () => {}")
    first = open_page(serve(folder=impatient))("first")
    first.run("loading")
    expect(first.status).to_contain_text("Python's start takes long", timeout=PATIENCE)
    first.button("Stop").click()
    first.expect_state("idle")


def test_offline_midway_is_said_and_run_goes_on(serve: Serve, open_page: OpenPage, page: Page) -> None:
    site = serve()
    site.damaged["asm.bin"] = iter([Damage.STALLS])
    first = open_page(site, fails=True)("first")
    first.run("loading")
    expect(first.status).to_contain_text("Loading Python", timeout=PATIENCE)
    site.wait_until_stalled()
    page.context.set_offline(True)
    site.drop()
    first.expect_state("crashed")
    expect(first.status).to_contain_text(re.compile(r"asm.bin .*\(is the network there\?\)\. Press Run"))
    page.context.set_offline(False)
    assert first.run("done") == HELLO
