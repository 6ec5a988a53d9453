extensions = ["sphinx_emrun"]
