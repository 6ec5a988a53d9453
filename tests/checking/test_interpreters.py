"""How programs are run: what one does to its interpreter is no other session's matter."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinx_emrun.bundle import BundleRequest
from sphinx_emrun.bundle.draft import make_draft
from sphinx_emrun.bundle.errors import InterpreterError
from sphinx_emrun.checking.interpreters import Interpreters, _Worker
from sphinx_emrun.checking.outcome import OUTPUT, text_of
from sphinx_emrun.checking.plan import Place, Step
from tests.bundle.conftest import Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx_emrun.checking.outcome import Outcome

    from .conftest import Built

pytestmark = pytest.mark.xdist_group("checking")

FILLS_THE_FILES = """
with open("big", "wb") as file:
    while True:
        file.write(bytes(10**7))
"""


def program(source: str, **options: Any) -> dict[str, Any]:
    return Step(source=source, place=Place(source="", line=1), ident="block", **options).program(0)


def run(bundle: Path, *sessions: Sequence[str | dict[str, Any]], **settings: Any) -> list[list[Outcome]]:
    """Run sessions of scripts, or programs; their outcomes, in the order of the sessions."""
    outcomes: dict[int, list[Outcome]] = {}
    interpreters = Interpreters(bundle=bundle, processes=1, **settings)
    programs = [[one if isinstance(one, dict) else program(one) for one in each] for each in sessions]
    interpreters.run(programs, outcomes.__setitem__)
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


def shown(outcome: Outcome) -> str:
    return text_of(outcome.ended[0].output, OUTPUT)


def test_what_ends_the_interpreter_takes_only_the_namespaces_that_had_begun(checked: Built) -> None:
    (found,) = run(
        checked.bundle,
        [
            program("print('begun')", namespace="begun"),
            "import os\nos.abort()",
            "print('the same')",
            program("print('begun')", namespace="begun"),
            program("isolated = 1\nprint('isolated')", namespace="isolated"),
            program("import os\nos._exit(3)", namespace="exits"),
            program("print(isolated)", namespace="isolated"),
            program("print('last')", namespace="last"),
        ],
    )
    lost = [outcome.lost for outcome in found]
    assert lost == [None, "crash", "earlier", "earlier", None, "crash", "earlier", None]
    assert [shown(found[number]) for number in (0, 4, 7)] == ["begun\n", "isolated\n", "last\n"]


#: Programs that fight their limits, and what comes of them.
STUBBORN = {
    "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass": "time",
    "while True:\n try:\n  while True: pass\n except BaseException: pass": "time",
    "import signal\nsignal.signal(2, lambda *_: print('x' * 10**6))\nwhile True: print('x')": "time",
    "sum(range(10**13))": "time",
    "import time\nwhile True:\n try: time.sleep(100)\n except BaseException: pass": "time",
    "import _emrun_host\nwhile True: _emrun_host.started()": None,
    "import _emrun_host\nwhile True: _emrun_host.ended('{}')": "memory",
}


def test_a_program_that_fights_its_limits_ends_alone(checked: Built) -> None:
    sessions: list[list[str | dict[str, Any]]]
    sessions = [[program(source, seconds=1.0), "print('later')"] for source in STUBBORN]
    found = run(checked.bundle, *sessions, ["print('other')"], memory=200 * 2**20)
    for (source, lost), (first, second) in zip(STUBBORN.items(), found[:-1], strict=True):
        if lost == "memory":
            assert first.lost in ("memory", "time", "crash"), source
        else:
            assert first.lost == "time" or first.late, source
        assert second.lost == ("earlier" if first.lost else None), source
    assert shown(found[-1][0]) == "other\n"


FORGERIES = [
    "null",
    "1",
    "'garbage'",
    '{"run": true}',
    '{"run": true, "raised": null, "status": null, "output": 5}',
    '{"run": true, "raised": {"names": []}, "status": null}',
]


def test_a_program_that_forges_its_report_ends_alone(checked: Built) -> None:
    sources = [f"import _emrun_host\n_emrun_host.ended({text!r})" for text in FORGERIES]
    *forged, honest = run(checked.bundle, *([source] for source in sources), ["print('other')"])
    for source, (outcome,) in zip(sources, forged, strict=True):
        assert outcome.lost == "crash" or outcome.ended[0].raised, source
    assert shown(honest[0]) == "other\n"


@pytest.mark.parametrize(("number", "lost"), [(signal.SIGKILL, "system"), (signal.SIGSTOP, "time")])
def test_where_the_system_ends_or_stops_the_process_one_program_is_lost(
    number: signal.Signals, lost: str, checked: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sphinx_emrun.checking.interpreters.SPARE_SECONDS", 3.0)
    report = _Worker._report
    signalled: list[int] = []

    def then_signal(worker: _Worker) -> dict[str, Any] | None:
        """Once the first program has ended."""
        found = report(worker)
        if found and found["type"] == "ended" and not signalled:
            assert worker._process is not None
            signalled.append(worker._process.pid)
            os.kill(worker._process.pid, number)
        return found

    monkeypatch.setattr(_Worker, "_report", then_signal)
    loop = program("while True: pass", seconds=2.0)
    other = program("print('isolated')", namespace="isolated")
    first, second = run(checked.bundle, ["print(1)", loop, "print(2)", other], ["print('other')"])
    assert [outcome.lost for outcome in first] == [None, lost, "earlier", None]
    assert shown(second[0]) == "other\n"


def test_a_process_that_aborts_in_a_later_session_is_replaced(
    checked: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = _Worker._attempt
    aborted: list[int] = []

    def abort_before(worker: _Worker, programs: Sequence[dict[str, Any]]) -> tuple[list[Outcome], bool]:
        """Once, before the second session."""
        if worker._process is not None and not aborted:
            aborted.append(worker._process.pid)
            os.kill(worker._process.pid, signal.SIGABRT)
        return attempt(worker, programs)

    monkeypatch.setattr(_Worker, "_attempt", abort_before)
    first, second = run(checked.bundle, ["print('first')"], ["print('second')", "print('third')"])
    assert len(aborted) == 1
    assert [shown(each) for each in first + second] == ["first\n", "second\n", "third\n"]


EATS_ALL = """
def nest(depth):
    kept = [bytearray(10**4) for _ in range(10)]
    return nest(depth + 1) if depth < 200 else [bytearray(10**5 - n % 7) for n in range(10**9)]

small = []
try:
    nest(0)
except MemoryError:
    print("caught")
while True:
    small.append(object())
"""


def test_running_out_of_memory_is_the_same_each_time(checked: Built) -> None:
    eats: list[str | dict[str, Any]] = [program(EATS_ALL, seconds=60.0), "print(len(small))"]
    found = run(checked.bundle, eats, ["print(1)"], eats, [FILLS_THE_FILES], eats, memory=100 * 2**20)
    runs = [(first.ended, first.lost, second.ended) for first, second in (found[0], found[2], found[4])]
    assert runs[0] == runs[1] == runs[2]
    assert runs[0][0][0].raised is not None
    assert runs[0][0][0].raised.names[0] == "MemoryError"


@pytest.mark.network
def test_a_library_that_needs_others_works_though_it_is_in_no_snapshot(checked: Built) -> None:
    request = BundleRequest(project=None, requirements=("python-flint==0.9.0",), snapshot=("flint",))
    draft = make_draft(request, cache=checked.bundle.parents[1], progress=Steps())
    reason = "its compiled part cannot be loaded before: libflint.so is not where it is looked for"
    assert draft.refused == {"flint": reason}
    source = program("import flint\nprint(flint.fmpz(2) ** 100)", seconds=120.0)
    ((outcome,),) = run(draft.folder, [source])
    assert shown(outcome) == "1267650600228229401496703205376\n"
