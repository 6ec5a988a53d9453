"""The `_headers` file of a built site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinx_emrun.host_headers import RULES
from tests.browser.hosts import headers_file
from tests.browser.server import ISOLATION

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import MakeSite

AUTHORS = "/old/*\n  X-Robots-Tag: noindex"
WANTED = {"emrun_host_headers": True}


def written(app: SphinxTestApp) -> str | None:
    app.build()
    file = Path(app.outdir, "_headers")
    return file.read_text("utf-8") if file.exists() else None


def test_there_is_none_unless_wanted(make_site: MakeSite) -> None:
    assert written(make_site("plain")) is None
    assert written(make_site("plain", confoverrides=WANTED)) == RULES
    assert written(make_site("plain", confoverrides=WANTED)) == RULES
    assert written(make_site("plain")) is None


def test_only_a_site_that_browsers_open_has_one(make_site: MakeSite) -> None:
    assert written(make_site("plain", "epub", confoverrides=WANTED)) is None


@pytest.mark.parametrize("extra", [{"html_extra_path": ["extra"]}, {}], ids=["copied anew", "left there"])
def test_the_authors_own_rules_stay(make_site: MakeSite, extra: dict[str, object]) -> None:
    folder = Path(make_site("plain").srcdir) / "extra"
    folder.mkdir()
    (folder / "_headers").write_text(AUTHORS)
    assert written(make_site("plain", confoverrides={"html_extra_path": ["extra"]})) == AUTHORS
    for _ in range(2):
        assert written(make_site("plain", confoverrides=WANTED | extra)) == f"{AUTHORS}\n{RULES}"
    assert (written(make_site("plain", confoverrides=extra)) or "").strip() == AUTHORS


def test_what_it_says(make_site: MakeSite) -> None:
    app = make_site("plain", confoverrides=WANTED)
    app.build()
    headers = headers_file(Path(app.outdir))
    assert headers("guide/page.html") == ISOLATION
    assert headers("_static/emrun/0123456789abcdef/main.js") == ISOLATION | {
        "Cache-Control": "public, max-age=31536000, immutable"
    }
