project = "Terminals"
extensions = ["sphinx_emrun"]
emrun_project = None
# Wide enough for 80 columns, as the other page has.
html_theme_options = {"nosidebar": True, "page_width": "752px"}
emrun_check = "off"
