"""WebKitGTK, the engine nearest to Safari's: no isolation, no stack switching, so a service worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from .conftest import PATIENCE, SERVED
from .webkit import open_live

if TYPE_CHECKING:
    from selenium.webdriver.remote.webelement import WebElement

    from .conftest import Serve


class Block:
    """A block of the page."""

    def __init__(self, driver: webdriver.WebKitGTK, name: str) -> None:
        self.driver = driver
        self.element: WebElement = driver.find_element(By.CSS_SELECTOR, f".emrun:has(#{name})")

    def press(self, action: str) -> None:
        self.element.find_element(By.CSS_SELECTOR, f"[data-emrun-action={action}]").click()

    def expect_state(self, *states: str) -> None:
        wait = WebDriverWait(self.driver, PATIENCE / 1000, poll_frequency=0.05)
        wait.until(lambda _: self.element.get_attribute("data-emrun-state") in states, str(states))

    def run(self, *states: str) -> None:
        self.press("run")
        self.expect_state(*states)

    def type(self, *keys: str) -> None:
        self.element.find_element(By.CSS_SELECTOR, ".emrun-terminal").click()
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    @property
    def text(self) -> str:
        log = self.element.find_element(By.CSS_SELECTOR, ".emrun-transcript")
        return str(self.driver.execute_script("return arguments[0].textContent", log))

    def expect_text(self, text: str) -> None:
        wait = WebDriverWait(self.driver, PATIENCE / 1000, poll_frequency=0.05)
        wait.until(lambda _: text in self.text, text)


@pytest.fixture
def driver(webkit: webdriver.WebKitGTK, serve: Serve) -> webdriver.WebKitGTK:
    open_live(webkit, serve(**SERVED["service-worker"]).url)
    return webkit


def test_a_program_runs_and_its_prompt_answers(driver: webdriver.WebKitGTK) -> None:
    first = Block(driver, "first")
    first.run("done")
    assert first.element.get_attribute("data-emrun-tier") == "service-worker"
    first.expect_text(">>> ")
    first.type("x + 1", Keys.ENTER)
    first.expect_text(">>> x + 1\n42\n>>> ")
    # A part of the interpreter that comes now.
    first.type("import sqlite3; sqlite3.connect(':memory:').execute('select 7').fetchone()", Keys.ENTER)
    first.expect_text("\n(7,)\n>>> ")


def test_it_starts_from_the_snapshot(driver: webdriver.WebKitGTK) -> None:
    Block(driver, "first").run("done")
    assert driver.execute_script("return performance.getEntriesByName('emrun: restore').length") == 1


def test_c_calls_a_function_of_a_program(driver: webdriver.WebKitGTK) -> None:
    callback = Block(driver, "callback")
    callback.run("done")
    callback.expect_text("42\n")


def test_input_waits(driver: webdriver.WebKitGTK) -> None:
    ask = Block(driver, "ask")
    ask.run("input")
    ask.type("Ada", Keys.ENTER)
    ask.expect_state("done")
    ask.expect_text("Your name? Ada\nHello Ada\n")


@pytest.mark.parametrize("place", ["loop", "sleep", "ask", "flood"])
def test_a_stop_raises_keyboard_interrupt_and_keeps_the_variables(
    driver: webdriver.WebKitGTK, place: str
) -> None:
    Block(driver, "first").run("done")
    busy = Block(driver, place)
    busy.run("input" if place == "ask" else "running")
    busy.press("stop")
    busy.expect_state("stopped")
    busy.expect_text("KeyboardInterrupt")
    second = Block(driver, "second")
    second.run("done")
    second.expect_text("42\n")
