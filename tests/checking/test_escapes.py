"""Ways out of the interpreter (``tests/cases/escapes``): as a block, at an import, when a bundle is tried.

``tests/interpreter/escapes.test.mjs`` shows that those which lead to JavaScript work without the fence.
"""

from __future__ import annotations

import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from sphinx_emrun.bundle import BundleRequest, make_bundle
from sphinx_emrun.bundle.errors import InterpreterError
from sphinx_emrun.checking.interpreters import Interpreters
from sphinx_emrun.checking.outcome import ERRORS, OUTPUT, text_of
from sphinx_emrun.checking.plan import Place, Step
from tests.bundle.conftest import Steps

from .conftest import METADATA

if TYPE_CHECKING:
    from sphinx_emrun.checking.outcome import Outcome

    from .conftest import Built

pytestmark = pytest.mark.xdist_group("checking")

FOLDER = Path(__file__).parents[1] / "cases" / "escapes"
WAYS = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
PACKAGE = "ways_out"
#: Runs all that do not end the interpreter when the bundle is tried, which is when something is printed.
LATER = """
import builtins

WAYS = {ways!r}
said = []
original = builtins.print


def run(*values, **_):
    builtins.print = lambda *values: said.append(values)
    for code in WAYS.values():
        try:
            exec(code, {{}})
        except BaseException as error:
            said.append(str(error))
    raise ImportError(f"{{len(WAYS)}} ways: {{said}}")


builtins.print = run
"""
#: What ends the interpreter, or waits at the top of a block, which a function cannot do.
NOT_LATER = {"array_constructor", "fetch", "later_script", "run_script", "run_script_text", "web_socket"}


class Machine(NamedTuple):
    """What is to be found on this machine."""

    secret: Path
    target: Path
    streams: socket.socket
    datagrams: socket.socket

    def code(self, way: str) -> str:
        """A way out, with what it looks for."""
        values = (str(self.secret), str(self.target), self.streams.getsockname()[1])
        head = "SECRET, TARGET, PORT = {!r}, {!r}, {!r}\n".format(*values)
        return head + "".join((FOLDER / f"{name}.py").read_text("utf-8") for name in ("_prelude", way))

    def assert_untouched(self) -> None:
        """Nobody has been here."""
        assert not self.target.exists()
        for server in (self.streams, self.datagrams):
            with pytest.raises(BlockingIOError):
                server.recv(1) if server is self.datagrams else server.accept()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    (folder / "secret").write_text("ESCAPED")
    with (
        socket.create_server(("127.0.0.1", 0)) as streams,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("EMRUN_SECRET", "ESCAPED")
        datagrams.bind(streams.getsockname())
        streams.setblocking(False)
        datagrams.setblocking(False)
        yield Machine(folder / "secret", folder / "target", streams, datagrams)


@pytest.fixture(scope="module")
def outcomes(checked: Built, machine: Machine) -> dict[str, Outcome]:
    """What comes of each way as a block."""
    place = Place(source="page", line=1)
    steps = [Step(source=machine.code(way), place=place, ident=way, filename=f"<{way}>") for way in WAYS]
    found: dict[str, Outcome] = {}

    def done(number: int, outcomes: list[Outcome]) -> None:
        found[WAYS[number]] = outcomes[0]

    Interpreters(bundle=checked.bundle).run([[step.program(0)] for step in steps], done)
    return found


@pytest.mark.parametrize("way", WAYS)
def test_a_block_does_not_get_out_and_fails(way: str, outcomes: dict[str, Outcome], machine: Machine) -> None:
    outcome = outcomes[way]
    written = "".join(text_of(each.output, OUTPUT, ERRORS) for each in outcome.ended)
    assert "ESCAPED" not in written + outcome.reason
    assert outcome.lost == "crash" or [each.raised for each in outcome.ended] != [None]
    machine.assert_untouched()


def test_a_package_does_not_get_out(checked: Built, machine: Machine, tmp_path: Path) -> None:
    modules = {way: machine.code(way).replace("await ", "") + "\nraise ImportError\n" for way in WAYS}
    later = {way: machine.code(way) for way in WAYS if way not in NOT_LATER}
    wheel = tmp_path / f"{PACKAGE}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, code in {"__init__": "", "later": LATER.format(ways=later), **modules}.items():
            archive.writestr(f"{PACKAGE}/{name}.py", code)
        for name, text in METADATA.items():
            archive.writestr(f"{PACKAGE}-1.0.dist-info/{name}", text.replace("sample", PACKAGE))
    imported = tuple(f"{PACKAGE}.{name}" for name in (*WAYS, "later"))
    cache = checked.bundle.parents[1]
    with pytest.raises(InterpreterError, match=rf"{len(later)} ways") as caught:
        make_bundle(
            BundleRequest(project=wheel, snapshot=(PACKAGE, *imported)), cache=cache, progress=Steps()
        )
    assert "ESCAPED" not in str(caught.value)
    machine.assert_untouched()
    refused = next(
        text for file in cache.glob("draft/*/refused.json") if PACKAGE in (text := file.read_text())
    )
    assert "ESCAPED" not in refused
    assert [way for way in WAYS if f'"{PACKAGE}.{way}"' not in refused] == []
