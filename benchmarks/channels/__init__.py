"""What each channel between a page and its worker costs: Stop, `input()`, a call, and running Python.

``python -m benchmarks.channels [--samples N] [--browsers chromium firefox] [--json FILE]``, in the checkout.

One site is served in four ways, so that each channel has its turn; each turn does every case once over
each of them. Times are taken inside the page, as by ``benchmarks.terminal``, whose probe this uses. The
overhead of looking for signals is the time of a loop over that of the same loop where nothing is looked for
(``restart``). Trust the comparison: the times are this machine's, at that hour.
"""
