import sys

separator = ""; other = " "


def double(x):
    return x * 2


def fail(x):
    """A docstring with a form feed, and  ."""
    raise ValueError(x)


print(double(2))
