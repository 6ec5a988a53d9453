"""The bundled interpreter as a command: what `python` does on this machine, it does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sphinx_emrun.bundle.errors import InterpreterError
from sphinx_emrun.bundle.interpreter import Interpreter

Result = subprocess.CompletedProcess[str]


def run(interpreter: Interpreter, *arguments: str, cwd: Path | None = None, stdin: str = "") -> Result:
    return subprocess.run(
        [interpreter.executable, *arguments],
        input=stdin,
        cwd=cwd,
        env=interpreter.environment() | {"GREETING": "grüß Gott"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_command(interpreter: Interpreter) -> None:
    program = "import os, sys; print(sys.argv, os.environ['GREETING'], sys.platform, sys.executable)"
    result = run(interpreter, "-c", program, "a", "b c")
    expected = f"['-c', 'a', 'b c'] grüß Gott emscripten {interpreter.executable}\n"
    assert (result.stdout, result.stderr, result.returncode) == (expected, "", 0)


def test_script_reads_and_writes_the_files_of_this_machine(interpreter: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "import os, neighbour\n"
        "assert os.getcwd() == os.path.dirname(os.path.abspath(__file__))\n"
        "open('written', 'w').write(input() + neighbour.text)\n"
    )
    (tmp_path / "neighbour.py").write_text("text = '!'\n")
    result = run(interpreter, "script.py", cwd=tmp_path, stdin="typed\n")
    assert (result.stderr, result.returncode) == ("", 0)
    assert (tmp_path / "written").read_text() == "typed!"


def test_module(interpreter: Interpreter) -> None:
    assert run(interpreter, "-m", "json.tool", "--compact", stdin='{"a": 1}').stdout == '{"a":1}\n'


def test_standard_input_is_the_program(interpreter: Interpreter) -> None:
    result = run(interpreter, "-", "argument", stdin="import sys\nprint(sys.argv)\n")
    assert result.stdout == "['-', 'argument']\n"


def test_options(interpreter: Interpreter) -> None:
    assert run(interpreter, "--version").stdout == f"Python {interpreter.python}\n"
    assert run(interpreter, "-O", "-c", "print(__debug__)").stdout == "False\n"
    assert run(interpreter, "-Z").stderr.startswith("Unknown option: -Z\n")


@pytest.mark.parametrize(
    ("program", "status", "stderr"),
    [
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit('bye')", 1, "bye\n"),
        ("import os; os._exit(4)", 4, ""),
        ("{}['x']", 1, "KeyError: 'x'\n"),
    ],
)
def test_exit_status(interpreter: Interpreter, program: str, status: int, stderr: str) -> None:
    result = run(interpreter, "-c", program)
    assert result.returncode == status
    assert result.stderr.endswith(stderr)


def test_output_is_complete(interpreter: Interpreter) -> None:
    assert len(run(interpreter, "-c", "print('x' * 1_000_000)").stdout) == 1_000_001


@pytest.mark.parametrize(
    ("program", "error"),
    [
        (
            "import urllib.request as r; r.urlopen('http://example.org')",
            "URLError: <urlopen error [Errno 23] Host is unreachable>",
        ),
        (
            "import socket; socket.create_server(('127.0.0.1', 0))",
            "OSError: [Errno 138] Not supported",
        ),
    ],
)
def test_the_network_is_not_there(interpreter: Interpreter, program: str, error: str) -> None:
    assert run(interpreter, "-c", program).stderr.splitlines()[-1].endswith(error)


def test_a_failure_of_our_own_scripts_is_reported_with_its_end(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    script = tmp_path / "failing.py"
    script.write_text("import json, sys\nassert json.load(sys.stdin) == {'a': 1}\nraise RuntimeError('oh')\n")
    with pytest.raises(InterpreterError) as error:
        interpreter.run(script, {"a": 1})
    first, *_, last = str(error.value).splitlines()
    assert first == "The bundled interpreter failed at failing.py:"
    assert last == "    RuntimeError: oh"
