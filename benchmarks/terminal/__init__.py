"""How fast the terminal is: output, echo, Stop, and the page during a flood.

``python -m benchmarks.terminal [--samples N] [--browsers chromium firefox] [--cases …] [--json FILE]``, in
the checkout.

A Sphinx site's blocks and a page with stock Pyodide and xterm.js (``sites/``) run the same programs in the
same real browsers, in turn: every turn does each case once in each. All times are taken inside the page
(``probe.js``), from the moment at which a reader presses, even where the page is too busy to notice, to
what the reader then sees. Of a long output stock's page parses every line, ours those that stay.
``cases.py`` says what is measured, and which bar it is to reach. Trust the comparison: the times are this
machine's, at that hour.
"""
