"""The names of each docstring's examples: those of its module.

>>> sorted(name for name in globals() if name.startswith("only_"))
['only_here']

    >>> __name__
    'namespaces'

    >>> ended in quotes
    1
"""

from inherited import Base, reexported  # noqa: F401

only_here = "namespaces"


def first():
    """Bind a name that no other docstring finds.

    >>> leftover = only_here
    >>> only_here = "changed"

    The blocks of a docstring share their names:

    >>> leftover, only_here
    ('namespaces', 'changed')
    >>> Base.__module__
    'inherited'
    """


def second():
    """Find no other docstring's names.

    * In a list:

      >>> only_here
      'namespaces'
      >>> leftover
      'namespaces'

    .. note::

       >>> only_here
       'noted'

    ======  ================
    Call    Transcript
    ======  ================
    here    >>> only_here
            'in a table'
    ======  ================
    """


def twice():
    """The same example, three times, the second of which is wrong.

    >>> next(numbers)
    1

    >>> next(numbers)
    1

    >>> next(numbers)
    3
    """


numbers = iter([1, 2, 3])


class Derived(Base):
    """A class of this module.

    >>> Derived().name
    'inherited'
    """

    class Nested:
        """Nested.

        >>> only_here, __name__
        ('namespaces', 'namespaces')
        """


def hidden():
    """What only this docstring's examples need.

    .. testsetup::

       prepared = only_here

    >>> prepared
    'namespaces'

    .. doctest::
       :hide:

       >>> prepared = "again"

    >>> prepared
    'again'

    .. testcode::

       print(prepared)

    .. testoutput::
       :options: +NORMALIZE_WHITESPACE

       anew
    """


def groups():
    """What chooses a group is the page's.

    .. doctest:: docstrings

       >>> only_here
       'namespaces'

    .. doctest:: docstrings

       >>> __name__
       'builtins'
    """


def escaped():
    """A docstring that is not as it is written.

    >>> print("a\\tb", only_here)
    a b
    """


def generated():
    pass


generated.__doc__ = "Made \x62y a program.\n\n>>> " + "only_here\n'generated'\n"
