"""How programs are run: what one does to its interpreter is no other session's matter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinx_emrun.bundle.errors import InterpreterError
from sphinx_emrun.checking.interpreters import Interpreters
from sphinx_emrun.checking.outcome import OUTPUT
from sphinx_emrun.checking.plan import Place, Step

if TYPE_CHECKING:
    from sphinx_emrun.checking.outcome import Outcome

    from .conftest import Built

pytestmark = pytest.mark.xdist_group("checking")

FILLS_THE_FILES = """
with open("big", "wb") as file:
    while True:
        file.write(bytes(10**7))
"""


def program(source: str) -> dict[str, Any]:
    return Step(source=source, place=Place(source="", line=1), ident="block").program(0)


def run(bundle: Path, *sessions: list[str], **settings: Any) -> list[list[Outcome]]:
    """Run sessions of scripts; their outcomes, in the order of the sessions."""
    outcomes: dict[int, list[Outcome]] = {}
    interpreters = Interpreters(bundle=bundle, processes=1, **settings)
    interpreters.run([[program(source) for source in each] for each in sessions], outcomes.__setitem__)
    return [outcomes[number] for number in range(len(sessions))]


def test_a_program_that_eats_memory_is_ended_alone(checked: Built) -> None:
    first, second = run(
        checked.bundle, [FILLS_THE_FILES, "print('later')"], ["print('other')"], memory=50 * 2**20
    )
    assert [outcome.lost for outcome in first] == ["memory", "earlier"]
    assert [each.output for each in second[0].ended] == [((OUTPUT, "other\n"),)]


def test_memory_within_python_is_limited_and_the_session_goes_on(checked: Built) -> None:
    grow = "kept = []\nwhile True: kept.append(bytearray(10**6))"
    ((first, second),) = run(checked.bundle, [grow, "print(10 < len(kept) < 100)"], memory=100 * 2**20)
    assert first.ended[0].raised is not None
    assert first.ended[0].raised.names[0] == "MemoryError"
    assert second.ended[0].output == ((OUTPUT, "True\n"),)


def test_the_order_of_the_streams_is_kept(checked: Built) -> None:
    source = "import sys\nfor i in range(2): print(i); print(i, file=sys.stderr)"
    ((outcome,),) = run(checked.bundle, [source])
    assert outcome.ended[0].output == ((1, "0\n"), (2, "0\n"), (1, "1\n"), (2, "1\n"))


def test_a_flood_of_output_is_cut(checked: Built) -> None:
    ((outcome,),) = run(checked.bundle, ["for i in range(300): print('x' * 9999)"])
    assert outcome.cut
    assert len(outcome.ended[0].output[0][1]) == 1_000_000


def test_what_is_no_bundle_is_said(tmp_path: Path) -> None:
    with pytest.raises(InterpreterError, match=r"^Python could not be started: "):
        run(tmp_path, ["print(1)"])
