"""What a package does at its import into a snapshot, and later, has limits and reaches nothing of here."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinx_emrun.bundle import BundleRequest, InterpreterError, make_bundle, snapshot
from sphinx_emrun.bundle.draft import make_draft
from tests.bundle.conftest import MakeProject, Steps

CURIOUS = Path(__file__).parents[1] / "cases" / "snapshot" / "curious.py"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who would answer, at a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def project(
    make_project: MakeProject, tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A package that is curious about a file, a variable and a port of this machine."""
    monkeypatch.setenv("EMRUN_SECRET", "found")
    secret = tmp_path / "secret"
    secret.write_text("found")
    project = make_project()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    values = f"\nFILE = {secret.as_uri()!r}\nADDRESS = {address!r}\n"
    head, mark, code = CURIOUS.read_text(encoding="utf-8").partition("\nREQUEST")
    (project / "tiny" / "__init__.py").write_text(head + values + mark + code, encoding="utf-8")
    return project


def request(project: Path, *, when: str) -> BundleRequest:
    """What has the package look around "imported", or "later"."""
    file = project / "tiny" / "__init__.py"
    file.write_text(file.read_text(encoding="utf-8").replace("WHEN ==", f"{when!r} =="), encoding="utf-8")
    return BundleRequest(project=project, snapshot=("tiny",))


def assert_nobody_came(listener: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_package_finds_nothing_at_its_import(
    project: Path, listener: socket.socket, cache: Path, steps: Steps
) -> None:
    bundle = make_bundle(request(project, when="imported"), cache=cache, progress=steps)
    assert bundle.draft.refused == {"tiny": "ImportError: found []"}
    assert_nobody_came(listener)


def test_a_package_finds_nothing_when_the_bundle_is_tried(
    project: Path, listener: socket.socket, cache: Path, steps: Steps
) -> None:
    with pytest.raises(InterpreterError) as error:
        make_bundle(request(project, when="later"), cache=cache, progress=steps)
    assert "ImportError: found []" in str(error.value)
    assert_nobody_came(listener)


#: {module: (what it does, why it is refused: a pattern)}
UNFIT = {
    "aborts": ("import os\nos.abort()", "The interpreter crashed: it was aborted"),
    "crashes": (
        "import ctypes\nctypes.string_at(0xFFFFFFF0, 64)",
        "The interpreter crashed: C code used memory",
    ),
    "exits": ("import os\nos._exit(3)", "The program ended the interpreter, with exit status 3"),
    "hangs": ("while True: pass", "it takes longer than 12 seconds"),
    "fills": (
        "with open('x', 'wb') as f:\n  while True: f.write(bytes(10**7))",
        "it takes (too much memory|longer than 12 seconds)",
    ),
    "hungry": ("x = bytearray(2 * 10**9)", "MemoryError: "),
    "prints": ("print('{}')", "it prints"),
    "writes": ("import os\nos.write(1, b'{}\\n')", "it prints"),
    "prints_in_c": ("import ctypes\nctypes.CDLL(None).printf(b'{}')", "it makes functions for C to call"),
    "raises": ("raise ValueError('\\x1b[31m\\n::error::')", r"ValueError: \ufffd\[31m\n: :error::"),
}


def test_a_module_that_is_unfit_is_refused_by_name(
    make_project: MakeProject, cache: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "IMPORT_SECONDS", 12.0)
    project = make_project()
    for name, (code, _) in UNFIT.items():
        (project / "tiny" / f"{name}.py").write_text(f"{code}\n")
    modules = ("tiny", *(f"tiny.{name}" for name in UNFIT))
    draft = make_draft(BundleRequest(project=project, snapshot=modules), cache=cache, progress=steps)
    assert draft.refused.keys() == {f"tiny.{name}" for name in UNFIT}
    for name, (_, reason) in UNFIT.items():
        assert re.match(reason, draft.refused[f"tiny.{name}"]), name
