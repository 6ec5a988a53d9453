"""What another module shows as its own."""

only_there = "inherited"

#: A constant.
#:
#: >>> only_there
#: 'a constant'
CONSTANT = 1


class Base:
    """A base."""

    #: An attribute.
    #:
    #: >>> only_there
    #: 'an attribute'
    attribute = 1

    @property
    def name(self):
        """A property.

        >>> only_there
        'a property'
        """
        return only_there

    def method(self):
        """A method.

        >>> only_there, __name__
        ('inherited', 'inherited')
        """


def reexported():
    """A function.

    >>> only_there
    'a function'
    """
