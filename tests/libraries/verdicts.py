"""Checks the documentation of a library, and lets Python's own doctest judge the same examples there.

``python verdicts.py DOCS OUT`` writes both verdicts on each example into ``OUT/verdicts.json``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from judging import native, ours
from sphinx.application import Sphinx

from sphinx_emrun.checking.verdict import DEFAULT_FLAGS, NOT_RUN
from sphinx_emrun.domain import get_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx_emrun.checking.checks import Checked, Report
    from sphinx_emrun.checking.plan import Plan


def build(docs: Path, out: Path) -> Sphinx:
    """Check the documentation."""
    with (out / "warnings.txt").open("w", encoding="utf-8") as warnings:
        app = Sphinx(docs, docs, out, out / "doctrees", "emrun", status=None, warning=warnings)
        app.build()
    return app


def groups_of(plans: Iterable[Plan], report: Report) -> list[dict[str, Any]]:
    """The examples of each namespace, in order, with our verdicts."""
    found = {each.step.ident: each for each in report.checked}
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for plan in plans:
        for step in plan.programs():
            group = groups.setdefault(
                (plan.docname, plan.session, step.namespace),
                {"page": plan.docname, "module": step.module, "setup": "", "blocks": [], "ours": []},
            )
            if step.kind == "transcript":
                group["name"] = re.sub(r"\.\d+$", "", step.docstring)
                group["blocks"].append([group.pop("setup"), step.source, step.flags])
                group["setup"] = ""
                checked = found[step.ident]
                group["ours"] += ours(step, checked.outcome, failing(checked))
            elif step.role == "setup" and step.kind == "script":
                group["setup"] += f"{step.source}\n"
    return [group for group in groups.values() if group["blocks"]]


def failing(checked: Checked) -> set[int]:
    """The lines of a block's examples that fail, or are not run."""
    lines = {failure.line for failure in checked.failures}
    if any(failure.text == NOT_RUN for failure in checked.failures):
        lines |= {example.lineno for example, _ in checked.step.examples()}
    return lines


def compared(groups: list[dict[str, Any]], judged: list[list[tuple[str, bool]]]) -> Iterator[dict[str, Any]]:
    """Our verdict on each example, and doctest's; None where one of the two has no such example."""
    for group, theirs in zip(groups, judged, strict=True):
        place = group["name"] or group["page"]
        left = list(theirs)
        for source, passed in group["ours"]:
            at = next((i for i, (other, _) in enumerate(left) if other == source), None)
            wanted = None if at is None else left.pop(at)[1]
            yield {"place": place, "source": source, "passes": passed, "doctest": wanted}
        for source, wanted in left:
            yield {"place": place, "source": source, "passes": None, "doctest": wanted}


def main() -> None:
    docs, out = map(Path, sys.argv[1:])
    app = build(docs, out)
    domain = get_domain(app.env)
    assert domain.report is not None
    assert domain.draft is not None
    plans = [plan for docname in sorted(domain.plans) for plan in domain.plans[docname]]
    groups = groups_of(plans, domain.report)
    flags = getattr(app.config, "doctest_default_flags", DEFAULT_FLAGS)
    rows = list(compared(groups, native(domain.draft.folder, groups, flags)))
    (out / "verdicts.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")


main()
