"""A module with examples."""


class Doubler:
    """Doubles.

    The result is twice as much:

    >>> Doubler(1).twice()
    2
    >>> Doubler(2).twice()
    5
    """

    def __init__(self, number):
        self.number = number

    def twice(self):
        """Twice the number."""
        return self.number * 2


def join(*words):
    """Join words.

    Examples:
        A first one:

        >>> join("a", "b")
        'ab'
        >>> join("a", "b")
        'c'
    """
    return "".join(words)


def twin():
    """An example that stands in two docstrings.

    >>> join("a")
    'a'
    >>> undefined
    1
    """


def other_twin():
    """This one has the same first line, and is right.

    >>> join("a")
    'a'
    """
