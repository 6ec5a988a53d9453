"""What each channel between a page and its worker costs: Stop, `input()`, a call, and running Python.

``python -m benchmarks.channels [--samples N] [--browsers chromium firefox] [--json FILE]``, in the checkout.

One site is served in three ways, so that each channel has its turn; each turn does every case once over
each of them. Times are taken inside the page, as by ``benchmarks.terminal``, whose probe this uses. The
overhead of looking for signals is what it adds to a loop, beside the same loop in the same program without:
between two pages, or two seconds, machines differ by more. Trust the comparison: the times are this
machine's, at that hour.
"""
