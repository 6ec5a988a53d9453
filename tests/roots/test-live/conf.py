project = "live"
extensions = ["sphinx.ext.doctest", "sphinx_emrun"]
emrun_project = None
html_theme = "basic"
html_copy_source = False
emrun_check = "off"
