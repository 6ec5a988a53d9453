"""What a page can do without makes nobody wait for long; CONTRIBUTING.md lists the waits."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .conftest import SERVED, Block, Held, each_tier
from .server import Damage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .conftest import Blocks, OpenPage, Serve

HELLO = "hello red by the setup"
NEVER = "() => new Promise(() => {})"
#: What a browser may be like: {what: (script, whether the relay is done without)}.
BROWSERS = {
    "no registration": (f"ServiceWorkerContainer.prototype.register = {NEVER}", True),
    "a relay that does not speak": ("ServiceWorker.prototype.postMessage = () => {}", True),
    "service workers are forbidden": (
        """Object.defineProperty(Navigator.prototype, "serviceWorker",
        { get() { throw new DOMException("no", "SecurityError"); } })""",
        True,
    ),
    "no list of registrations": (f"ServiceWorkerContainer.prototype.getRegistrations = {NEVER}", False),
    "no list is allowed": (
        "ServiceWorkerContainer.prototype.getRegistrations = () => Promise.reject(new Error('no'))",
        False,
    ),
    "no storage of files": (f"StorageManager.prototype.getDirectory = {NEVER}", False),
    "storage is forbidden": (
        """for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
        Object.defineProperty(globalThis, name, { get() { throw Error("SecurityError"); } })""",
        False,
    ),
}


@pytest.mark.parametrize("what", BROWSERS)
def test_a_browser_that_does_not_answer(serve: Serve, open_page: OpenPage, page: Page, what: str) -> None:
    script, without = BROWSERS[what]
    page.add_init_script(f"if (isSecureContext) {{ {script} }}")  # the first, empty page is none
    first = open_page(serve(**SERVED["service-worker"]))("first")
    assert first.run("done") == HELLO
    expect(first.element).to_have_attribute("data-emrun-tier", "jspi" if without else "service-worker")


@pytest.mark.parametrize("file", ["sw.js", "snapshot.bin"])
def test_an_optional_file_that_does_not_come(serve: Serve, open_page: OpenPage, file: str) -> None:
    site = serve(**SERVED["service-worker"])
    site.damaged[file] = itertools.repeat(Damage.STALLS)
    first = open_page(site)("first")
    assert first.run("done") == HELLO


def test_buttons_come_with_their_script_however_late(serve: Serve, page: Page) -> None:
    held = Held(page, "**/main.js*")
    page.clock.install()
    page.goto(serve().url, wait_until="commit")
    first = Block(page, "first")
    expect(first.element.locator("pre").first).to_contain_text("prepared")
    while "have not come yet" not in (first.status.text_content() or ""):
        page.clock.fast_forward(10_000)  # notice.js may be on its way, too
    expect(first.element.get_by_role("button")).to_have_count(0)
    held.let_go()
    expect(first.button("Run")).to_be_visible()
    expect(first.element.locator(".emrun-status")).to_have_text("")


#: Lets the page's script send what its worker would.
FORGE = """globalThis.workers = [];
globalThis.Worker = class extends Worker {
  constructor(...all) { super(...all); workers.push(this); }
};"""
FORGED = """(messages) => {
  for (const data of messages) workers.at(-1).dispatchEvent(new MessageEvent("message", { data }));
}"""
GARBAGE: list[Any] = [
    None,
    5,
    "started",
    [],
    {},
    {"type": "nonsense"},
    {"type": "drawing", "command": "garbage"},
    {"type": "drawing", "command": "null"},
    {"type": "drawing", "command": '{"type": "polygon", "points": 5}'},
    {"type": "drawing", "command": 5},
    {"type": "offered", "url": "not an address"},
    {"type": "offered", "url": "javascript:alert(1)"},
    {"type": "finished", "outcome": "nonsense", "status": None},
    {"type": "progress", "loaded": "x", "total": -1},
    {"type": "ready", "steps": 5},
    {"call": "read"},
    {"id": 1e300, "call": "configure"},
    {"head": 1e9, "type": "starved"},
    {"head": 5, "type": "typed", "statement": ""},
    {"output": "text"},
    {"looksAt": "x"},
]


@each_tier
def test_what_is_no_message_harms_nobody(serve: Serve, open_page: OpenPage, page: Page, tier: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "is said once" in message.text else None)
    page.add_init_script(FORGE)
    blocks: Blocks = open_page(serve(**SERVED[tier]))
    ask = blocks("ask")
    ask.run("input")
    page.evaluate(FORGED, GARBAGE * 2)
    ask.type("Ada")
    ask.expect_state("done")
    ask.expect_text("Hello Ada")
    page.evaluate(FORGED, [*GARBAGE, {"type": "finished", "outcome": "done", "status": None}])
    assert blocks("first").run("done") == HELLO
    page.evaluate(FORGED, [{"type": "finished", "outcome": "error", "status": 1}] * 2)
    first = blocks("first")
    first.type("6 * 7")
    first.expect_text("42")
    first.expect_state("done")
    assert len(said) == len(set(said)) > 0
