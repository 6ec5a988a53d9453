"""``.. emrun-platform::``: the table in a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import MakeSite, WarningsOf

PAGE = "Page\n====\n\n.. emrun-platform::\n"
FILES = {
    "html": "index.html",
    "latex": "*.tex",
    "man": "*.1",
    "texinfo": "*.texi",
    "text": "index.txt",
    "xml": "*.xml",
}


def built(make_site: MakeSite, builder: str, page: str) -> tuple[str, list[str]]:
    app = make_site("plain", builder, {"index.rst": page}, freshenv=True)
    app.build()
    (file,) = Path(app.outdir).glob(FILES[builder])
    return file.read_text("utf-8"), app.warning.getvalue().splitlines()


@pytest.mark.parametrize("builder", FILES)
def test_every_builder_shows_it(make_site: MakeSite, builder: str) -> None:
    text, warnings = built(make_site, builder, PAGE)
    assert warnings == []
    for shown in ("curses", "Thread.start()", "limited", "missing"):
        assert shown in text, shown
    assert not re.search(r"_winapi|curses\.panel", text)


def test_a_row_says_what_fails_why_and_what_instead(make_site: MakeSite) -> None:
    text, _ = built(make_site, "html", PAGE)
    rows = [re.sub(r"\s*<[^>]+>\s*", "|", row) for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL)]
    cells = [[cell for cell in row.split("|") if cell] for row in rows]
    assert cells[0] == ["Module", "Status", "Why", "Instead"]
    (shelve,) = [row for row in cells if row[0] == "shelve"]
    assert shelve[1:3] == ["open()", "limited"]
    assert shelve[3].startswith("No library for such files is compiled in")
    assert shelve[4].startswith("sqlite3, or ")
    assert len([row for row in cells if row[0] == "socket"]) == 1


def test_status_chooses(make_site: MakeSite) -> None:
    works, _ = built(make_site, "text", f"{PAGE}   :status: works\n")
    assert '"json"' in works
    assert '"json.tool"' in works
    assert not re.search(r'"(curses|threading|_json)"', works)
    missing, _ = built(make_site, "text", f"{PAGE}   :status: missing\n")
    assert '"curses"' in missing
    assert '"threading"' not in missing


def test_a_wrong_option_is_warned_of(make_site: MakeSite, warnings_of: WarningsOf) -> None:
    app = make_site("plain", "text", {"index.rst": f"{PAGE}   :status: broken\n   :only: this\n"})
    app.build()
    about = [line.partition("WARNING: ")[2] for line in warnings_of(app)]
    assert [re.sub(r" \[emrun.option\]", "", line) for line in about] == [
        'in "emrun-platform", the option ":status:" has the wrong value \'broken\': must be some of'
        " missing, limited, works; it is left out.",
        'in "emrun-platform", the option ":only:" is not known (known are status); it is left out.',
    ]
    assert '"threading"' in (Path(app.outdir) / "index.txt").read_text("utf-8")
