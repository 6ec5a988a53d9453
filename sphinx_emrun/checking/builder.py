"""The ``emrun`` builder: checks every block, and writes nothing but a report."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders import Builder
from sphinx.util import logging

from sphinx_emrun.checking.checks import Report
from sphinx_emrun.checking.places import location
from sphinx_emrun.domain import get_domain
from sphinx_emrun.safe_text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from docutils import nodes

    from sphinx_emrun.checking.checks import Checked

logger = logging.getLogger(__name__)
REPORT = "junit.xml"


class CheckBuilder(Builder):
    """``-b emrun``."""

    name = "emrun"
    allow_parallel = True

    def get_outdated_docs(self) -> Iterable[str]:
        """Every page, so that a build in which none has changed does not end early."""
        return self.env.found_docs

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """There are no pages to refer to."""
        return ""

    def prepare_writing(self, docnames: AbstractSet[str]) -> None:
        """Nothing is written."""

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Nothing is written."""

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Nothing is written."""

    def finish(self) -> None:
        """Write the report, and say how it went."""
        report = get_domain(self.env).report or Report()
        (Path(self.outdir) / REPORT).write_bytes(junit(report.checked))
        logger.info("%s", report.summary())


def junit(checked: Iterable[Checked]) -> bytes:
    """The blocks as test cases, in the XML that continuous integration reads: a suite for each page."""
    root = ET.Element("testsuites", name="sphinx-emrun")
    suites: dict[str, ET.Element] = {}
    for each in checked:
        suite = suites.get(each.docname)
        if suite is None:
            suite = suites[each.docname] = ET.SubElement(root, "testsuite", name=safe(each.docname))
        _add(suite, each)
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in suite)))
        suite.set("errors", "0")
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _add(suite: ET.Element, checked: Checked) -> None:
    step = checked.step
    name = step.role if step.role in ("setup", "cleanup") else step.filename
    time = f"{checked.outcome.seconds:.3f}"
    case = ET.SubElement(suite, "testcase", classname=safe(checked.docname), name=safe(name), time=time)
    case.set("file", safe(step.place.source))
    case.set("line", str(step.place.line or ""))
    for failure in checked.failures:
        message = failure.text.partition("\n")[0]
        text = safe(f"{location(failure)}\n{failure.text}")
        ET.SubElement(case, "failure", message=safe(message)).text = text
