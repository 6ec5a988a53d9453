extensions = ["sphinx.ext.autodoc", "sphinx.ext.doctest", "sphinx_emrun"]
emrun_project = None
emrun_doctest_blocks = "all"
doctest_global_setup = "from math import pi"
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
