"""A module whose documentation has examples."""


def double(number: int) -> int:
    """Double a number.

    >>> double(2)
    4
    """
    return 2 * number
