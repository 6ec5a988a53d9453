"""Which failures are told together, and in how many words."""

from __future__ import annotations

from pathlib import Path

from sphinx_emrun.checking.causes import Cause, causes_of
from sphinx_emrun.checking.checks import Checked
from sphinx_emrun.checking.outcome import ERRORS, OUTPUT, Ended, Outcome, Raised
from sphinx_emrun.checking.plan import Place, Step
from sphinx_emrun.checking.verdict import failures
from sphinx_emrun.checking.words import MOST_LINES, WIDEST, words_for

PAGE = "/docs/page.rst"


def raised(name: str, message: str) -> Ended:
    """A statement that raised."""
    shown = f"{name}: {message}\n"
    return Ended(output=((ERRORS, shown),), raised=Raised((name, name), shown, 1))


def lacking(name: str) -> Ended:
    return raised("NameError", f"name '{name}' is not defined")


def checked(source: str, *ended: Ended, line: int = 1, session: str = "", file: str = PAGE) -> Checked:
    """A block that came to this."""
    kind = "transcript" if source.startswith(">>>") else "script"
    step = Step(source=source, place=Place(source=file, line=line), ident=f"{file}-{line}", kind=kind)  # type: ignore[arg-type]
    outcome = Outcome(ended)
    return Checked(Path(file).stem, step, outcome, tuple(failures(step, outcome)), session)


def told(*blocks: Checked) -> list[tuple[str, list[str], list[str]]]:
    """The place, the further failures of the block, and what follows, of each cause."""
    return [(cause.place, [place for place, _ in cause.also], cause.followers) for cause in causes_of(blocks)]


def test_what_lacks_a_name_of_a_failed_block_follows_from_it() -> None:
    found = told(
        checked("x = f()\ny = 1", raised("ValueError", "no"), line=1),
        checked("z = x", lacking("x"), line=2),
        checked("print(z)", lacking("z"), line=3),
        checked("print(y)", lacking("y"), line=4, session="another"),
    )
    assert found == [(f"{PAGE}:1", [], [f"{PAGE}:2", f"{PAGE}:3"]), (f"{PAGE}:4", [], [])]


def test_a_missing_module_is_told_once_on_a_site() -> None:
    missing = raised("ModuleNotFoundError", "No module named 'numpy'")
    found = told(
        checked("import numpy as np", missing, line=1),
        checked("np", lacking("np"), line=2),
        checked("import numpy as np", missing, line=3, file="/docs/other.rst"),
        checked("np", lacking("np"), line=4, file="/docs/other.rst"),
    )
    assert found == [(f"{PAGE}:1", [], [f"{PAGE}:2", "/docs/other.rst:3", "/docs/other.rst:4"])]


def test_the_same_name_missing_in_many_places_is_one_cause() -> None:
    blocks = [checked("nx", lacking("nx"), line=n, session=str(n)) for n in range(1, 10)]
    found = told(*blocks)
    assert [place for place, *_ in found] == [f"{PAGE}:1", f"{PAGE}:2", f"{PAGE}:3"]
    assert found[0][2] == [f"{PAGE}:{n}" for n in range(4, 10)]


def test_failures_of_one_block_are_told_together() -> None:
    wrong = Ended(output=((OUTPUT, "2\n"),))
    source = ">>> a = f()\n>>> 2\n1\n>>> a\n>>> 2\n3\n"
    found = told(checked(source, raised("ValueError", "no"), wrong, lacking("a"), wrong))
    assert found == [(f"{PAGE}:1", [f"{PAGE}:1"] * 2, [f"{PAGE}:1"])]


def test_what_stands_at_one_place_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text('"""A docstring\n\n    >>> undefined\n    1\n"""\n')
    copies = [f"{file}:docstring of module.{name}" for name in ("Base.method", "Derived.method")]
    found = told(
        *(checked(">>> undefined\n1", lacking("undefined"), file=copy, session=copy) for copy in copies)
    )
    assert found == [(f"{file}:3", [], [])]


def test_words_are_few() -> None:
    cause = Cause("\n".join(["It raised ValueError:", "x" * 1000, *map(str, range(1000))]), f"{PAGE}:1")
    cause.also += [(f"{PAGE}:{line}", "Wrong:\n-1\n+2") for line in range(2, 30)]
    cause.followers += [f"{PAGE}:{line}" for line in range(100, 140)]
    lines = words_for(cause).split("\n")
    assert len(lines) == MOST_LINES
    assert max(map(len, lines)) <= WIDEST + 1
    assert lines[-3] == "(975 more lines)"
    assert lines[-2] == "(28 more examples of this block: line 2, 3, 4, 5, 6, 7, 8, 9 and 20 more)"
    assert lines[-1].startswith("40 more examples fail for this reason: page.rst:100, page.rst:101, ")
    assert lines[-1].endswith("page.rst:107 and 32 more.")


def test_a_short_block_is_told_in_full() -> None:
    cause = Cause("Wrong:\n-1\n+2", f"{PAGE}:1", [(f"{PAGE}:3", "Wrong:\n-3\n+4")])
    assert words_for(cause) == "Wrong:\n-1\n+2\nAlso line 3: Wrong:\n-3\n+4"
