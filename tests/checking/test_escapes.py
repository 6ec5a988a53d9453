"""Ways out of the interpreter (``tests/cases/escapes``): as a block, at an import, when a bundle is tried.

``tests/interpreter/escapes.test.mjs`` shows that those which lead to JavaScript work without the fence.
"""

from __future__ import annotations

import json
import re
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

pytestmark = [pytest.mark.xdist_group("checking"), pytest.mark.timeout(900)]

FOLDER = Path(__file__).parents[1] / "cases" / "escapes"
WAYS = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
PACKAGE = "ways_out"
#: Runs all that do not end the interpreter.
RUN = """
WAYS = {ways!r}


def run(*values, **_):
    import builtins

    said = []
    builtins.print = lambda *values: said.append(values)
    for code in WAYS.values():
        try:
            exec(code, {{}})
        except BaseException as error:
            said.append(str(error))
    builtins.print = original
    raise ImportError(f"{{len(WAYS)}} ways: {{said}}")


from builtins import print as original
"""
#: When the bundle is tried, something is printed.
LATER = "import builtins\nbuiltins.print = run\n"
#: What ends the interpreter, opens a library, or waits at the top of a block, which a function cannot do.
ALONE = {
    *(way for way in WAYS if way.startswith("library_")),
    "array_constructor",
    "fetch",
    "later_script",
    "once_callable",
    "run_script",
    "run_script_text",
    "web_socket",
}


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
    run = RUN.format(ways={way: machine.code(way) for way in WAYS if way not in ALONE})
    modules = {way: machine.code(way).replace("await ", "") + "\nraise ImportError\n" for way in ALONE}
    modules |= {"at_once": run + "run()\n", "later": run + LATER, "__init__": ""}
    wheel = tmp_path / f"{PACKAGE}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, code in modules.items():
            archive.writestr(f"{PACKAGE}/{name}.py", code)
        for name, text in METADATA.items():
            archive.writestr(f"{PACKAGE}-1.0.dist-info/{name}", text.replace("sample", PACKAGE))
    imported = tuple(f"{PACKAGE}.{name}".removesuffix(".__init__") for name in modules)
    cache = checked.bundle.parents[1]
    ran = f"{len(WAYS) - len(ALONE)} ways"  # all of them have been tried
    with pytest.raises(InterpreterError, match=ran) as caught:
        make_bundle(BundleRequest(project=wheel, snapshot=imported), cache=cache, progress=Steps())
    found = [json.loads(file.read_text("utf-8")) for file in cache.glob("draft/*/refused.json")]
    (refused,) = [reasons for reasons in found if f"{PACKAGE}.at_once" in reasons]
    assert refused.keys() == {f"{PACKAGE}.{name}" for name in ("at_once", *ALONE)}
    assert re.search(ran, refused[f"{PACKAGE}.at_once"])
    assert "ESCAPED" not in f"{caught.value}{refused}"
    machine.assert_untouched()
