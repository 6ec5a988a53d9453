"""What the check finds: each page in ``cases`` says what is to come of it.

``expect: LINE SENTENCE | PART …`` is a warning at that line (of the page, or of a file named before it) which
begins with the sentence and holds the parts, each in a line of its own; its kind, in brackets before the
sentence, is `check` where none is named. There may be no other warning.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from .conftest import CASES, FOLDER, Built, build

pytestmark = pytest.mark.xdist_group("checking")


def expectations(case: str) -> list[tuple[str, str, str, str, list[str]]]:
    """The file, line, kind, sentence and further lines of each warning that a case expects."""
    text = (FOLDER / case).read_text("utf-8")
    found = []
    for value in re.findall(r"^(?:\.\.|%) expect: (.*)$", text, re.MULTILINE):
        head, *parts = value.split(" | ")
        place, kind, sentence = re.findall(r"(\S+) (?:\[(\w+)\] )?(.*)", head)[0]
        file, _, line = place.rpartition(":")
        found.append((file or case, line, kind or "check", sentence, parts))
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_case_gets_its_warnings_and_no_others(checked: Built, case: str) -> None:
    expected = expectations(case)
    files = {case, *(file for file, *_ in expected)}
    found = [each for each in checked.warnings if Path(each.file).name in files]
    assert [(Path(each.file).name, each.line) for each in found] == [
        (file, line) for file, line, *_ in expected
    ]
    for warning, (*_, kind, sentence, parts) in zip(found, expected, strict=True):
        assert warning.kind == f"emrun.{kind}"
        assert warning.text.startswith(sentence)
        assert [part for part in parts if part not in warning.text.splitlines()] == []


def test_every_warning_belongs_to_a_case(checked: Built) -> None:
    assert len(checked.warnings) == sum(len(expectations(case)) for case in CASES)


def test_a_failure_makes_the_build_fail_and_is_counted(checked: Built) -> None:
    failed = len([case for case in checked.report.checked if case.failures])
    assert checked.exit_status == 1
    assert f", {failed} failed." in checked.status


def test_the_report_has_a_test_case_for_each_block(checked: Built) -> None:
    suites = {suite.get("name"): suite for suite in ET.parse(checked.outdir / "junit.xml").getroot()}
    output = suites["output"]
    assert (output.get("tests"), output.get("failures"), output.get("errors")) == ("2", "2", "0")
    case = output[0]
    assert (case.get("classname"), case.get("name")) == ("output", "<output-1>")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "It does not print what the page says:"
    assert failure.text is not None
    assert failure.text.splitlines()[-2:] == ["-once", "+twice"]
    assert suites["right"].get("failures") == "0"


# What took too long, or ended for want of memory, is tried again.
TRIED_AGAIN = {"loop", "hang", "unattended"}


def of_the_check(built: Built) -> list[tuple[str, str, str]]:
    """The warnings without those of reading, which belong to the pages that a build has read."""
    return [each[:3] for each in built.warnings if each.kind in ("emrun.check", "emrun.unsupported")]


def test_what_is_known_is_not_run_again_and_still_warned_of(checked: Built, source: Path) -> None:
    again = build(source, "text")
    assert again.report.fresh == TRIED_AGAIN
    assert of_the_check(again) == of_the_check(checked)
    assert again.exit_status == 0, "emrun_check is 'warn'"
    shown = (again.outdir / "right.txt").read_text("utf-8")
    assert '   print(f"Hello {input()}!")\n\n   Hello Ada!\n' in shown
    recorded = (again.outdir / "input.txt").read_text("utf-8")
    assert recorded.rstrip().endswith('second = input("B? ")'), "nobody was there to answer"


def test_an_edited_page_is_run_again_and_no_other(checked: Built, source: Path) -> None:
    with (source / "transcript.rst").open("a", encoding="utf-8") as page:
        page.write("   >>> two\n   2\n")
    again = build(source, "emrun")
    assert again.report.fresh == {"transcript", *TRIED_AGAIN}
    assert of_the_check(again) == of_the_check(checked)


def test_what_failed_for_want_of_a_reader_is_shown_as_nobodys_output(checked: Built, source: Path) -> None:
    page = (build(source, "text").outdir / "unattended.txt").read_text("utf-8")
    assert "2 read to the end\n" in page
    assert "   goes on\n" in page
    assert [
        said for said in ("   asks\n", "   loops\n", "   unanswered\n", "Traceback") if said in page
    ] == []


def test_a_page_shows_what_was_recorded_with_its_colours(checked: Built, source: Path) -> None:
    page = (build(source, "html").outdir / "raises.html").read_text("utf-8")
    label = "Output when this page was built"
    recorded = (
        f'<div class="emrun-output" role="group" aria-label="{label}">\n<p class="emrun-label">{label}</p>'
    )
    assert page.count(recorded) == 3
    assert re.search(
        r'<span class="emrun-bold emrun-magenta">KeyError</span>: <span class="emrun-magenta">', page
    )
    assert "\x1b" not in page
