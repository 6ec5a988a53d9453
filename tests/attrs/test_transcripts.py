"""The comparison itself: equal where doctest says so, different where it does not, and no example lost."""

from __future__ import annotations

import textwrap

import pytest
from transcripts import compare

PAGE = textwrap.dedent(
    """\
    >>> class C:
    ...     x = 1
    >>> C()
    <...C object at ...>
    >>> print("a\\n\\nb")
    a
    <BLANKLINE>
    b
    >>> C().y
    Traceback (most recent call last):
       ...
    AttributeError: 'C' object has no attribute 'y'
    >>> 1 + 1
    2
    """
)
SESSION = textwrap.dedent(
    """\
    >>> class C:
    ...     x = 1
    ...
    >>> C()
    <__main__.C object at 0x1234>
    >>> print("a\\n\\nb")
    a

    b
    >>> C().y
    Traceback (most recent call last):
      File "<page-1>", line 1, in <module>
        C().y
    AttributeError: 'C' object has no attribute 'y'
    >>> 1 + 1
    2
    >>> """
)


def test_a_session_that_prints_what_the_page_says_has_no_differences() -> None:
    comparison = compare(PAGE, SESSION)
    assert (comparison.examples, comparison.differences) == (5, ())


@pytest.mark.parametrize(
    ("printed", "instead", "source", "got"),
    [
        ("\n2\n", "\n3\n", "1 + 1\n", "3\n"),
        ("\n2\n", "\n2\n2\n", "1 + 1\n", "2\n2\n"),
        ("\n2\n", "\n", "1 + 1\n", ""),
        ("a\n\nb\n", "a\nb\n", 'print("a\\n\\nb")\n', "a\nb\n"),
        (">>> 1 + 1\n2\n", "", "1 + 1\n", None),
        ("<__main__.C object at 0x1234>", "C", "C()\n", "C\n"),
    ],
)
def test_other_output_is_a_difference(printed: str, instead: str, source: str, got: str | None) -> None:
    (difference,) = compare(PAGE, SESSION.replace(printed, instead, 1)).differences
    assert (difference.source, difference.got) == (source, got)


def test_another_exception_is_a_difference_and_another_message_is_not() -> None:
    (difference,) = compare(PAGE, SESSION.replace("\nAttributeError:", "\nTypeError:")).differences
    assert difference.source == "C().y\n"
    assert compare(PAGE, SESSION.replace("no attribute 'y'", "no such thing")).differences == ()
    assert compare(PAGE, SESSION.replace("\nAttributeError:", "\nmodule.AttributeError:")).differences == ()


def test_an_exception_in_place_of_output_and_the_reverse_are_differences() -> None:
    page = ">>> f()\nfine\n"
    raised = ">>> f()\nTraceback (most recent call last):\n  File ...\nValueError: no\n"
    assert len(compare(page, raised).differences) == 1
    assert len(compare(raised, page).differences) == 1


def test_an_empty_line_is_output_whether_or_not_sphinx_has_trimmed_its_mark() -> None:
    trimmed = PAGE.replace("<BLANKLINE>", "")
    assert compare(trimmed, SESSION).differences == ()
    assert len(compare(trimmed, SESSION.replace("a\n\nb\n", "a\n")).differences) == 1


def test_only_the_exceptions_name_counts_however_long_its_message() -> None:
    page = ">>> f()\nTraceback (most recent call last):\n  ...\nTypeError: no\n"
    printed = (
        ">>> f()\nTraceback (most recent call last):\n  File ...\n    f()\n    ~^^\nTypeError: no\nat all\n"
    )
    assert compare(page, printed).differences == ()
    assert len(compare(page, printed.replace("TypeError", "KeyError")).differences) == 1


def test_prompts_without_a_statement_are_no_output() -> None:
    page = ">>> 1\n1\n>>>\n>>> # a comment\n>>> 2\n2\n"
    assert compare(page, page) == compare(page, ">>> 1\n1\n>>> 2\n2\n>>> ")
    assert (compare(page, page).examples, compare(page, page).differences) == (2, ())


def test_the_options_of_an_example_count() -> None:
    session = ">>> f()\n{'b', 'a'}\n"
    assert len(compare(">>> f()\n{'a', 'b'}\n", session).differences) == 1
    assert (
        compare(
            ">>> f()  # doctest: +SKIP\n{}\n", session.replace("f()", "f()  # doctest: +SKIP")
        ).differences
        == ()
    )
