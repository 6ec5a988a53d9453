"""How long a reader waits from the click on Run to the first output, and for how many bytes.

``python -m benchmarks.startup``, in the checkout; for part of it in minutes, for example
``python -m benchmarks.startup --rounds 7 --browsers chromium --subjects sphinx-emrun loadPyodide``.

What is compared (``subjects.py``) is visited in one run, round by round and in turn, in real browsers, each
time with an empty HTTP cache; then, after three seconds, again with what the first visit left there; and once
more by a reader who looks at the page for two seconds before the click, which is the time in which a page may
prepare for somebody who has run it before. In the other two the click comes as soon as the page is there. All
come from one server on this machine (``server.py`` beside this package), which compresses and caches as
GitHub Pages does and, for ``--networks``, is as slow and as far away as those are. Trust the ratios: the
times are this machine's, at that hour.

The others: `loadPyodide` in a worker, as its documentation says, with the same packages as wheels;
`pyscript`, its py-editor, with the same Pyodide and wheels; `sphinx-pyodide` with the same Pyodide, and no
packages, which it gets from PyPI; `jupyterlite`, the REPL of jupyterlite-sphinx's `replite`, with the same
Pyodide, and with IPython and all else that its kernel loads as wheels of its own site, fetched at once; what
is clicked is replite's "Try It Live!", which loads JupyterLite into a frame, where it runs the program as
soon as it can; `floor`, what a start from a snapshot takes at the very least: everything fetched and
compiled, and nothing begun.

JupyterLite's build needs Python 3.12 or later, from PATH or pyenv: without one the report says so, and
compares the others.
"""
