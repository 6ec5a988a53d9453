"""The ``_headers`` file, by which Netlify and Cloudflare Pages let a site choose its headers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.config import read_config
from sphinx_emrun.failures import author_told
from sphinx_emrun.nodes import STATIC, is_interactive

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAME = "_headers"
BEGIN, END = "# sphinx-emrun begin", "# sphinx-emrun end"
RULES = f"""\
{BEGIN}
/*
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Embedder-Policy: require-corp
  Cross-Origin-Resource-Policy: same-origin
/{STATIC}/*
  Cache-Control: public, max-age=31536000, immutable
{END}
"""


def write_headers(app: Sphinx, exception: Exception | None) -> None:
    """Put our rules into the site's ``_headers``, or take them out; what the author wrote there stays."""
    if exception is not None or not is_interactive(app.builder):
        return
    file = Path(app.outdir, NAME)
    before = file.read_text("utf-8") if file.is_file() else ""
    others = re.sub(f"{BEGIN}.*?{END}\n", "", before, flags=re.DOTALL)
    after = others
    if read_config(app.config).host_headers:
        after += RULES if others.endswith("\n") or not others else f"\n{RULES}"
    if after == before:
        return
    with author_told(Path(app.outdir)):
        if after:
            file.write_text(after, encoding="utf-8")
        else:
            file.unlink()


def setup_module(app: Sphinx) -> None:
    """Write the file at the end, when Sphinx has copied the author's."""
    app.connect("build-finished", write_headers)
