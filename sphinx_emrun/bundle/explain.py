"""Why requirements did not resolve, in one sentence, from what uv says.

uv explains a failure by the whole chain of its reasoning, which for a popular package fills pages. An author
needs the name, what was wanted and what to do.
"""

from __future__ import annotations

import re

from sphinx_emrun.bundle.errors import INDENT, with_detail

UNREACHABLE = re.compile(
    r"error sending request|dns error|client error \(Connect\)|network was disabled|timed out", re.IGNORECASE
)
NO_WHEEL = re.compile(r"(?:Wheels are required for|found wheels for|Wheels are available for) `([^`]+)`")
ONLY_SOURCES = re.compile(r"Wheels are required for `([^`]+)`")
NOT_FOUND = re.compile(r"(\S+) was not found in the (?:package registry|provided package locations)")
NO_VERSION = re.compile(r"there (?:is|are) no versions? of (\S+?),? and")
NEEDED_BY = re.compile(r"you require ([\w.\-]+)")
CONTRADICTION = re.compile(r"you require \S+ and \S+, we can conclude")
INVALID = re.compile(r"Failed to parse: `([^`]+)`")
WHERE = "emrun_requirements or the dependencies of the project"


def explain(message: str, wanted: str) -> str:
    """One sentence that says what is wrong and what to do, perhaps followed by an indented line of uv's.

    :param message: what uv wrote to its standard error.
    :param wanted: what wheels must be made for.
    """
    text = " ".join(message.split())
    if match := INVALID.search(text):
        return f"{match[1]!r} in emrun_requirements is not a requirement (PEP 508): correct it."
    if UNREACHABLE.search(text):
        return (
            "The requirements cannot be resolved because the package index cannot be reached: connect this"
            " machine to the network, or name a reachable index or a folder of wheels in emrun_uv_options"
            " (--index, --find-links)."
        )
    if match := NOT_FOUND.search(text):
        name = f"{match[1]}{_needed_by(text, match[1])}"
        return f"{name} is not in the package index: correct its name in {WHERE}."
    if match := NO_VERSION.search(text):
        name = f"{match[1]}{_needed_by(text, match[1])}"
        return f"{name} does not exist in the package index: require another version in {WHERE}."
    if "unsatisfiable" not in text:
        return with_detail("The requirements cannot be resolved. uv said:", message)
    lacking = NO_WHEEL.findall(text)
    if lacking and not CONTRADICTION.search(text):
        return _no_wheel(text, lacking, wanted)
    return f"The requirements contradict each other: change {WHERE}.\n{INDENT}uv said: {_last_step(text)}."


def _last_step(text: str) -> str:
    """The end of the chain: what was concluded before, and what makes that impossible."""
    *earlier, last, _ = text.split(", we can conclude that ")
    reason = last[last.rindex("ecause ") + len("ecause ") :]
    concluded = re.match(r"(.*?)\.(?: \(\d+\))? (?:And b|B)ecause ", last) if earlier else None
    return f"Because {concluded[1]} and {reason}" if concluded else f"Because {reason}"


def lacking_wheel(message: str) -> str | None:
    """The requirement (PEP 508) that has sources but no wheel, if that is what uv complains of."""
    text = " ".join(message.split())
    if UNREACHABLE.search(text) or "unsatisfiable" not in text or CONTRADICTION.search(text):
        return None
    lacking = NO_WHEEL.findall(text)
    name = _innermost(text, lacking) if lacking else ""
    if name not in ONLY_SOURCES.findall(text):
        return None
    version = rf"{re.escape(name)}((?:[=<>!~]=?=?[\w.*+!]+,?)+)"
    found = re.findall(rf"(?:you require|depends? on) {version}", text) or re.findall(
        rf"(?:ecause|and) {version} has no (?:usable )?wheels", text
    )
    return f"{name}{found[-1].rstrip(',')}" if found else name


def not_built(sentence: str, problem: str) -> str:
    """Add to the `sentence` for a requirement without a wheel why its source makes none either."""
    if UNREACHABLE.search(problem):
        return explain(problem, "")
    lines = [line.strip() for line in problem.splitlines() if line.strip() and not line.startswith("hint:")]
    return f"{sentence}\n{INDENT}Its source cannot be built for a page, which has no compiler: {lines[-1]}"


def _innermost(text: str, lacking: list[str]) -> str:
    """One of the `lacking` names: a dependency rather than what depends on it."""
    ends = {name: _last(rf"depends? on (?:one of: )?{re.escape(name)}(?![\w.-])", text) for name in lacking}
    return max(lacking, key=lambda lacked: ends[lacked])


def _no_wheel(text: str, lacking: list[str], wanted: str) -> str:
    """The sentence for the innermost of the `lacking` names."""
    name = _innermost(text, lacking)
    asked = rf"(?:ecause|and) ({re.escape(name)}[=<>!~]\S*) has no (?:usable )?wheels"
    versions = re.findall(asked, text)
    subject = f"{versions[-1] if versions else name}{_needed_by(text, name)}"
    return (
        f"{subject} has no wheel for the interpreter of the page ({wanted}): require a version that has one,"
        " name a place that offers one in emrun_uv_options (--index, --find-links), or do without it."
    )


def _needed_by(text: str, name: str) -> str:
    direct = NEEDED_BY.findall(text)
    base = re.match(r"[\w.\-]+", name)
    return f" (needed by {direct[-1]})" if direct and base and direct[-1] != base[0] else ""


def _last(pattern: str, text: str) -> int:
    """Where `pattern` occurs last, or -1."""
    return max((match.start() for match in re.finditer(pattern, text)), default=-1)
