"""WebKitGTK, driven by Selenium: Playwright has no driver for Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

#: How long, in s, a page may take to come to life.
LOADING = 60
BROWSER = Path("/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser")


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """An X server's name: without one a new session hangs."""
    assert shutil.which("Xvfb"), "Xvfb is not installed: `python3 dev.py test` installs it"
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        yield f":{told.readline().strip()}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def webkit(display: str) -> Iterator[webdriver.WebKitGTK]:
    assert BROWSER.exists(), "WebKitGTK is not installed: `python3 dev.py test` installs it"
    options = Options()
    options.binary_location = str(BROWSER)
    options.add_argument("--automation")
    service = Service(shutil.which("WebKitWebDriver"), env={**os.environ, "DISPLAY": display})
    driver = webdriver.WebKitGTK(options=options, service=service)
    yield driver
    driver.quit()


def open_live(driver: webdriver.WebKitGTK, url: str) -> None:
    """Open a page, until its blocks can be run."""
    driver.get(url)
    toolbar = ".emrun-toolbar:not([hidden])"
    WebDriverWait(driver, LOADING).until(lambda _: driver.find_elements(By.CSS_SELECTOR, toolbar))
