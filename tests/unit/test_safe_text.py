"""What a stranger's program wrote does nothing to a terminal, a build's log or an XML file."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from sphinx_emrun.bundle.errors import with_detail
from sphinx_emrun.checking.builder import junit
from sphinx_emrun.checking.checks import Checked
from sphinx_emrun.checking.outcome import Outcome
from sphinx_emrun.checking.plan import Place, Step
from sphinx_emrun.checking.verdict import Failure
from sphinx_emrun.safe_text import safe

UNFIT = [
    *("\x00", "\x07", "\x08", "\r", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x85", "\x9b", "\x9f"),
    *("\u061c", "\u200b", "\u200e", "\u202a", "\u202e", "\u2028", "\u2029", "\u2066", "\u2069", "\ufeff"),
    *("\ufffe", "\uffff", "\ud800", "\udfff", "\U000e0041"),
]


@pytest.mark.parametrize("character", UNFIT)
def test_an_unfit_character_is_shown_as_replaced(character: str) -> None:
    assert safe(f"a{character}b") == "a�b"


@pytest.mark.parametrize("text", ["plain", "tab\tand\nline", "Größe 数 🐍 ́", "a::b", "x # [y]", "é"])
def test_other_text_stays(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("::error file=a::b", ": :error file=a::b"),
        ("one\n  ::set-output name=x::y", "one\n  : :set-output name=x::y"),
        ("text ##[error]b", "text ## [error]b"),
        ("##vso[task.setvariable]", "## vso[task.setvariable]"),
        ("##teamcity[x]", "## teamcity[x]"),
        ("\x1b::error::x\r::error::y", "�::error::x�::error::y"),
    ],
)
def test_a_line_of_a_log_is_no_command(text: str, harmless: str) -> None:
    assert safe(text) == harmless


def test_the_detail_of_an_error_is_safe() -> None:
    assert with_detail("It failed:", "\x1b[31m\u202e::error::") == "It failed:\n    �[31m�::error::"


def test_a_report_holds_what_xml_can() -> None:
    place = Place(source="a\x1bb.rst", line=1)
    failure = Failure("".join(["It is ", *UNFIT, "\n::error::"]), place)
    step = Step(source="", place=place, ident="x", filename="<\ufffe>")
    report = junit([Checked("page\x9b", step, Outcome(), (failure,))])
    suite = ET.fromstring(report)[0]
    assert suite.get("name") == "page�"
    assert suite[0].attrib == {
        "classname": "page�",
        "name": "<�>",
        "time": "0.000",
        "file": "a�b.rst",
        "line": "1",
    }
    assert suite[0][0].get("message") == "It is " + "�" * len(UNFIT)
    assert not {*UNFIT} & {*report.decode()}
