project = "Channels"
extensions = ["sphinx_emrun"]
emrun_project = None
emrun_check = "off"
