"""Each layer that this system grants, by itself: around a Node that nothing else restricts."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinx_emrun.bundle import confined
from sphinx_emrun.bundle.errors import InterpreterError

PROGRAM = Path(__file__).with_name("outwards.mjs")
#: What the program does where nothing keeps it from it, and which layers do.
WITHOUT = {
    "read": {"landlock"},
    "write": {"landlock"},
    "look": {"landlock", "namespaces"},
    "start": {"seccomp"},
    "stream": {"namespaces", "landlock", "seccomp"},
    "datagram": {"namespaces", "seccomp"},
    "local": {"seccomp"},
    "signal": {"landlock", "seccomp"},
    "thread": set(),
}


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A port, and a socket in the file system."""
    local = tmp_path / "socket"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(local))
        listener.listen()
        yield server.getsockname()[1], local


def attempts(layers: tuple[str, ...], servers: tuple[int, Path], folder: Path) -> set[str]:
    """What the program could do."""
    secret, target = folder / "secret", folder / "target"
    secret.write_text("secret")
    target.unlink(missing_ok=True)
    values = [str(secret), str(target), str(servers[0]), str(servers[1])]
    program = [str(confined.node_binary()), str(PROGRAM), *values]
    command = confined._launched(program, layers, read=[PROGRAM.parent])
    out = subprocess.run(command, env=confined.environment(), stdout=subprocess.PIPE, check=True).stdout
    assert target.exists() == ("write" in json.loads(out))
    return {*json.loads(out)}


def test_the_program_can_do_all_that_where_nothing_keeps_it(
    servers: tuple[int, Path], tmp_path: Path
) -> None:
    assert attempts((), servers, tmp_path) == WITHOUT.keys()


@pytest.mark.parametrize("layer", confined.layers())
def test_a_layer_holds_by_itself(layer: str, servers: tuple[int, Path], tmp_path: Path) -> None:
    assert attempts((layer,), servers, tmp_path) == {name for name in WITHOUT if layer not in WITHOUT[name]}


def test_all_layers_together_leave_threads(servers: tuple[int, Path], tmp_path: Path) -> None:
    layers = confined.layers()
    assert attempts(layers, servers, tmp_path) == {name for name in WITHOUT if not WITHOUT[name] & {*layers}}


def test_the_environment_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMRUN_SECRET", "secret")
    assert confined.environment().keys() <= {"OPENSSL_CONF", "TZ", *confined.NEEDED}


def test_a_program_that_does_not_end_is_ended_in_words() -> None:
    program = confined.tied([confined.node_binary(), "--eval", "setInterval(() => {}, 1000)"])
    with pytest.raises(InterpreterError, match=r"^It failed: it did not end within 1 seconds\.$"):
        confined.finished(program, said="", environment=None, seconds=1, sentence="It failed:")


PARENT = """
import subprocess, sys
from sphinx_emrun.bundle import confined

code = "console.log(process.pid); setInterval(() => {}, 1000)"
subprocess.run(confined.tied([confined.node_binary(), "--eval", code]))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_where_the_build_is_ended(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(number)
        # It holds the other end of this until it has ended.
        assert parent.stdout.read() == ""
    assert not Path(f"/proc/{child}/exe").exists()
