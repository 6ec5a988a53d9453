"""What a package does at its import into a snapshot, and afterwards, reaches nothing of this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinx_emrun.bundle import BundleRequest, InterpreterError, make_bundle
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
