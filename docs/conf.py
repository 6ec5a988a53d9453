"""The project's own documentation. `python -m sphinx -W docs docs/_build/html` builds it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from sphinx_emrun import __version__

project = "sphinx-emrun"
author = "The sphinx-emrun developers"
version = release = __version__

extensions = ["myst_parser", "sphinx_emrun", "option_list"]
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["_build"]
nitpicky = True
html_theme = "alabaster"

# The examples here need no library: ours runs on the author's machine only.
emrun_project = None
