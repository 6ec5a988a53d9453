"""Before the pages are read: a mistake in what they import ends the build then, and not after they all were.

A site without blocks must cost nothing and need no network, so nothing is installed until some page is known
to hold a block: since an earlier build, or by the look of its source. A block that the look does not see
(indented, of a docstring, made by an extension) is found when its page has been read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.assets import prepare
from sphinx_emrun.checking import site
from sphinx_emrun.config import read_config
from sphinx_emrun.domain import get_domain
from sphinx_emrun.nodes import is_interactive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

#: At the margin, where a block is no example of one in a literal block.
_BLOCK = re.compile(
    r"""
    ^\.\.[ ](?:runnable|repl)::
    | ^\.\.[ ][\w-]+::.*\n (?:[ ]+:.*\n)*? [ ]+:class:.*\brunnable\b
    | ^(?:`{3,}|~{3,}|:{3,})[ ]*\{(?:runnable|repl)\}
    | ^(?:`{3,}|~{3,}|:{3,})[ ]*\{[\w-]+\}.*\n (?::.*\n)*? :class:.*\brunnable\b
    """,
    re.MULTILINE | re.VERBOSE,
)
_PROMPT = re.compile(r"^>>> ", re.MULTILINE)


def prepare_early(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Install what the blocks import, where this build is going to need it.

    :param docnames: the pages that are to be read.
    :raises ExtensionError: one sentence that says what to do.
    """
    if not is_interactive(app.builder) and not site.is_wanted(app):
        return
    patterns = [_BLOCK, _PROMPT] if read_config(app.config).doctest_blocks == "all" else [_BLOCK]
    left = get_domain(env).blocks.keys() - docnames
    if left or _any_matches(patterns, (Path(env.doc2path(docname)) for docname in docnames)):
        prepare(app)


def _any_matches(patterns: list[re.Pattern[str]], files: Iterable[Path]) -> bool:
    texts = (file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file())
    return any(pattern.search(text) for text in texts for pattern in patterns)


def setup_module(app: Sphinx) -> None:
    """Look once it is known which pages there are."""
    app.connect("env-before-read-docs", prepare_early)
