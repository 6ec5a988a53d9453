"""Runs the Python in Sphinx documentation in the reader's browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; each module registers its own parts."""
    from sphinx_emrun import (
        assets,
        block_options,
        collect,
        config,
        directives,
        domain,
        early,
        extended,
        host_headers,
        inputs,
        nodes,
    )
    from sphinx_emrun.checking import recorded, site
    from sphinx_emrun.lint import site as lint
    from sphinx_emrun.platform import directive

    pages = (config, domain, block_options, directives, directive, extended, collect, nodes)
    registered = (*pages, early, assets, site, recorded, lint, host_headers, inputs)
    for module in registered:
        module.setup_module(app)
    return {
        "version": __version__,
        "env_version": 3,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
