"""The example documentation: a tour of sphinx-emrun on the pages of a small library."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "tinyplan" / "src"))  # for autodoc, which imports the library here

project = "tinyplan"
author = "the sphinx-emrun authors"
project_copyright = f"2026, {author}"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest", "sphinx_emrun"]
exclude_patterns = ["_build", "tinyplan"]

emrun_project = "tinyplan"
emrun_doctest_blocks = "all"

html_theme = "alabaster"
html_theme_options = {
    "description": "Plans small jobs. Its documentation runs in the page.",
    "fixed_sidebar": True,
    "page_width": "1080px",
    "sidebar_width": "240px",
}

autodoc_member_order = "bysource"
nitpicky = True
# Names of other projects, for no link leaves this site, and a type variable.
nitpick_ignore_regex = [("py:.*", r"(?!tinyplan).*"), ("py:.*", r"tinyplan\.text\.T")]
