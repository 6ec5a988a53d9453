"""How fast a build checks its examples, beside `sphinx-build -b doctest` on the same pages.

Each round reads all pages anew and runs all their examples: once under this machine's Python by
`sphinx.ext.doctest`, once in the bundled interpreter by the `emrun` builder, which starts Node, and for each
page's session an interpreter. A site of one example tells what of that is start-up.
"""
