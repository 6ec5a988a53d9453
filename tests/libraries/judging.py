"""Lets Python's own doctest judge examples in the interpreter of a bundle, to compare with our verdicts."""

from __future__ import annotations

import base64
import doctest
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_emrun.checking.interpreters import Interpreters
from sphinx_emrun.checking.outcome import OUTPUT, text_of
from sphinx_emrun.checking.plan import Place, Step

if TYPE_CHECKING:
    from sphinx_emrun.checking.outcome import Outcome

NATIVE = Path(__file__).with_name("native.py")
Verdicts = list[tuple[str, bool]]


def run(bundle: Path, programs: list[dict[str, Any]]) -> list[Outcome]:
    """The outcomes of one session's programs."""
    found: list[Outcome] = []
    Interpreters(bundle=bundle, processes=1).run([programs], lambda _number, outcomes: found.extend(outcomes))
    return found


def native(bundle: Path, groups: list[dict[str, Any]], flags: int) -> list[Verdicts]:
    """The source and verdict of each example of each group (``native.py``)."""
    content = base64.b64encode(json.dumps({"flags": flags, "groups": groups}).encode()).decode()
    place = Place(source=str(NATIVE), line=1)
    step = Step(source=NATIVE.read_text("utf-8"), place=place, ident="native", seconds=120)
    (outcome,) = run(bundle, [step.program(flags) | {"files": [{"name": "given.json", "content": content}]}])
    assert outcome.ended, outcome
    assert outcome.ended[0].raised is None, outcome
    # A module that is imported may print, too.
    found: list[Verdicts] = json.loads(text_of(outcome.ended[0].output, OUTPUT).splitlines()[-1])
    return found


def ours(step: Step, outcome: Outcome, failing: set[int]) -> Verdicts:
    """The same as the check has it, of which these lines fail; nothing of what is malformed or skipped."""
    try:
        examples = step.examples()
    except ValueError:
        return []
    return [
        (example.source, not outcome.lost and example.lineno not in failing)
        for example, flags in examples
        if not flags & doctest.SKIP
    ]
