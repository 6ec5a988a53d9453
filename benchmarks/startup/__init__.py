"""How long a reader waits from the click on Run to the first output, and for how many bytes.

``python -m benchmarks.startup [--rounds N] [--browsers chromium firefox] [--json FILE]``, in the checkout.

What is compared (``subjects.py``) is visited in one run, round by round and in turn, in real browsers, each
time with an empty HTTP cache and then again with what the first visit left in it. All come from one server on
this machine (``server.py`` beside this package), which compresses and caches as GitHub Pages does. Trust the
ratios: the times are this machine's, at that hour.
"""
