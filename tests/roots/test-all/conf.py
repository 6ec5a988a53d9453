project = "everything"
author = "the authors"
copyright = "the authors"
version = release = "1.0"
extensions = ["myst_parser", "sphinx.ext.doctest", "sphinx_emrun"]
emrun_project = None
latex_engine = "xelatex"
man_pages = [("index", "everything", "everything", ["the authors"], 1)]
