project = "replacements"
extensions = ["sphinx_emrun"]
emrun_project = None
emrun_requirements = ["basthon-turtle", "httpx", "httpx2", "requests"]
html_theme = "basic"
html_copy_source = False
emrun_check = "off"
