"""Which failures follow from which: a site's warnings say each cause once. Knows no Sphinx.

An example's failure follows from an earlier one where the example is not run because of that, where it lacks
a name that the earlier example was to bind, or where it lacks the same module. The same name, missing in many
places, is one cause, too.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sphinx_emrun.checking.places import location
from sphinx_emrun.checking.verdict import NOT_RUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx_emrun.checking.checks import Checked
    from sphinx_emrun.checking.outcome import Raised
    from sphinx_emrun.checking.plan import Step
    from sphinx_emrun.checking.verdict import Failure

MANY = 3
"""How often a name that nothing before was to bind is told of as missing."""
_NAME = re.compile(r"NameError: (?:name|cannot access free variable) '(\w+)'")
_STATEMENT = re.compile(r"<python-input-\d+>")
_MODULE = re.compile(r"(?:ModuleNotFoundError|ImportError): (?:No module named|cannot import name) '[\w.]+'")


@dataclass(slots=True, eq=False)
class Cause:
    """A failure of a block, those that are in the same block by themselves, and what follows from them."""

    text: str
    place: str
    also: list[tuple[str, str]] = field(default_factory=list)
    """The place and text of each further failure of the block."""
    followers: list[str] = field(default_factory=list)
    """The places of what follows."""


def causes_of(checked: Iterable[Checked]) -> list[Cause]:
    """The causes of a site's failures, in order; what stands at one place is told once."""
    found = _Causes()
    for each in checked:
        found.add(each)
    return found.causes


class _Causes:
    def __init__(self) -> None:
        self.causes: list[Cause] = []
        #: What has been told, by its place and text; by its block, too, where no line is known.
        self._told: dict[tuple[str, ...], Cause] = {}
        #: The causes of what is missing on the site, by its name in a message.
        self._missing: dict[str, list[Cause]] = {}
        #: What a session's programs were to bind, and why they did not.
        self._unbound: dict[tuple[str, ...], dict[str, Cause]] = {}
        #: What last failed in the setup of a page, of any page, and in a session.
        self._latest: dict[tuple[str, ...], Cause] = {}

    def add(self, checked: Checked) -> None:
        """Sort the failures of one block."""
        own: Cause | None = None
        for failure in checked.failures:
            place, raised = location(failure), _raised(checked, failure)
            # A docstring that a page shows twice fails twice, under other names of its statements.
            told = (
                place,
                _STATEMENT.sub("", failure.text),
                "" if place[-1:].isdigit() else checked.step.ident,
            )
            known = self._told.get(told)
            cause = known or self._cause(checked, failure, raised)
            if cause is None:
                cause = own = self._own(own, place, failure.text)
            elif not known:
                cause.followers.append(place)
            self._told[told] = cause
            self._note(checked, failure, raised, cause)

    def _own(self, own: Cause | None, place: str, text: str) -> Cause:
        """The cause that a failure is by itself: the block's, if it has one."""
        if own is not None:
            own.also.append((place, text))
            return own
        self.causes.append(Cause(text, place))
        return self.causes[-1]

    def _cause(self, checked: Checked, failure: Failure, raised: Raised | None) -> Cause | None:
        """What a failure follows from, if it does."""
        session = _namespace(checked)
        if failure.text == NOT_RUN or checked.outcome.lost == "earlier":
            places = (session, session[:2], (checked.docname,), ())
            return next((self._latest[place] for place in places if place in self._latest), None)
        if raised is None:
            return None
        name = _NAME.search(raised.message)
        unbound = self._unbound.get(session, {}).get(name[1]) if name else None
        missing = self._missing.get(_lacks(raised), [])
        return unbound or (missing[0] if len(missing) >= (MANY if name else 1) else None)

    def _note(self, checked: Checked, failure: Failure, raised: Raised | None, cause: Cause) -> None:
        """Note what later failures may follow from."""
        session = _namespace(checked)
        self._latest[session] = self._latest[session[:2]] = cause
        if checked.step.role == "setup":
            self._latest[(checked.docname,)] = self._latest[()] = cause
        if raised and (lacks := _lacks(raised)) and cause not in self._missing.get(lacks, []):
            self._missing.setdefault(lacks, []).append(cause)
        over = bool(checked.outcome.lost) or checked.outcome.late
        if raised or over:
            unbound = self._unbound.setdefault(session, {})
            for bound in _bound(_source(checked.step, failure, whole=over)):
                unbound.setdefault(bound, cause)


def _namespace(checked: Checked) -> tuple[str, str, str]:
    return checked.docname, checked.session, checked.step.namespace


def _raised(checked: Checked, failure: Failure) -> Raised | None:
    """The exception that a failure tells of."""
    step, ended = checked.step, checked.outcome.ended
    if step.kind != "transcript":
        return ended[0].raised if ended else None
    examples = _examples(step)
    number = next((i for i, (line, _) in enumerate(examples) if line == _index(step, failure)), None)
    return ended[number].raised if number is not None and number < len(ended) else None


def _source(step: Step, failure: Failure, *, whole: bool) -> str:
    """The code that failed: of a transcript, one statement, or the whole of it."""
    if step.kind != "transcript":
        return step.source
    examples = dict(_examples(step))
    return "".join(examples.values()) if whole else examples.get(_index(step, failure), "")


def _index(step: Step, failure: Failure) -> int:
    """The line of the code, from 0, that a failure is at."""
    if failure.code or not step.lines or failure.place.line not in step.lines:
        return failure.line
    return step.lines.index(failure.place.line)


def _examples(step: Step) -> list[tuple[int, str]]:
    """The line and the source of each statement of a transcript; none where it is malformed."""
    try:
        return [(example.lineno, example.source) for example, _ in step.examples()]
    except ValueError:
        return []


def _lacks(raised: Raised) -> str:
    """What an exception says is missing, if it says that."""
    found = _MODULE.search(raised.message) or _NAME.search(raised.message)
    return found[0] if found else ""


def _bound(code: str) -> Iterator[str]:
    """The names that a program binds."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
