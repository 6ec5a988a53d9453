"""Runs cases in a page of a real browser: all of them as blocks of one page, one after the other."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from case import ENVIRONMENT, PATIENCE, Case, Key, Shown
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from sphinx_emrun.resources import templates_dir

SCRIPT = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
#: The size of the page's terminals, as cases have it.
COLUMNS, ROWS = 80, 24
SETUP = f"""
import os
os.environ.update({ENVIRONMENT!r})
"""
#: What a case may leave behind is put right.
TIDY = f"""
import os, signal
if not {ENVIRONMENT!r}.items() <= os.environ.items():
    raise RuntimeError("this is another interpreter, or its environment is gone")
os.set_blocking(0, True)
for number in (signal.SIGQUIT, signal.SIGTSTP, signal.SIGWINCH):
    signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
print(os.get_terminal_size().columns)
"""


def can_run(case: Case) -> bool:
    """Whether a page can do it: its terminals have one height, its keyboard sends characters, no bytes."""
    return (case.columns, case.rows) == (COLUMNS, ROWS) and not any(
        key.bytes or key.resize for key in case.keys
    )


@dataclass(frozen=True, kw_only=True)
class _Block:
    """What ``templates/runnable.html`` asks of a block."""

    ident: str
    filename: str
    kind: str = "script"
    isolated: bool = True
    module: str = "__main__"
    docstring: str = ""
    lines: tuple[int, ...] = ()
    readonly: bool = False


def page_html(base: str) -> str:
    """A page with a block to be filled in; ``base`` is the bundle's folder, relative."""
    environment = Environment(loader=FileSystemLoader(templates_dir()), autoescape=True)
    template = environment.get_template("runnable.html")

    def block(ident: str, source: str, *, isolated: bool) -> str:
        described = _Block(ident=ident, filename=ident, isolated=isolated)
        content = Markup('<div class="highlight"><pre></pre></div>')
        return template.render(_=str, block=described, session="", source=source, files="", content=content)

    return "\n".join(
        [
            "<!DOCTYPE html><meta charset='utf-8'><title>cases</title>",
            f"<link rel='stylesheet' href='{base}/emrun.css'>",
            f"<script type='module' src='{base}/main.js'></script>",
            "<div id='width'>",
            block("setup", SETUP, isolated=False),
            block("tidy", TIDY, isolated=False),
            block("case", "pass", isolated=True),
            "</div>",
        ]
    )


class Scripted(Protocol):
    """A browser's page, as Playwright has it."""

    def evaluate(self, expression: str, arg: Any = None) -> Any:
        """The value of an expression, or of the function that it is, once it is there."""

    def close(self) -> None:
        """It is wanted no more."""


class InPage:
    """A page that stays, with one interpreter, for as long as cases end in it."""

    def __init__(self, page: Scripted, open_page: Callable[[], None]) -> None:
        self._page = page
        self._open = open_page
        self._ready = False

    def run(self, case: Case, file: Path) -> Shown:
        """As a reader would, by the keyboard's events."""
        if not self._ready:
            self._prepare()
        self._ready = False
        answer = self._page.evaluate(
            "(described) => window.runCase(described)",
            {
                "source": case.source,
                "filename": str(file),
                "keys": [_described(key) for key in case.keys],
                "prompt": case.prompt,
                "patience": PATIENCE,
            },
        )
        assert "error" not in answer, answer["error"]
        tidy = self._page.evaluate("window.runBlock('tidy')")
        assert tidy != "error", self._page.evaluate("document.getElementById('tidy').textContent")
        self._ready = tidy == "done"
        return Shown(output=base64.b64decode(answer["output"]), ending=answer["ending"])

    def close(self) -> None:
        self._page.close()

    def _prepare(self) -> None:
        self._open()
        self._page.evaluate(SCRIPT)
        assert self._page.evaluate("window.runBlock('setup')") == "done"
        assert self._page.evaluate(f"window.fitColumns({COLUMNS})") == COLUMNS


def _described(key: Key) -> dict[str, Any]:
    return {"shows": key.shows, "text": key.data.decode(), "busy": key.busy}
