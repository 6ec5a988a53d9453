"""``sphinx-emrun python`` and ``install``: what they do of what ``python`` and ``pip`` do."""

from __future__ import annotations

import os
import signal
import subprocess
import zipfile
from pathlib import Path

import pytest

from .conftest import COMMAND

pytestmark = pytest.mark.xdist_group("shell")

WAITING = {
    "computing": "print('go', flush=True)\nwhile True: pass",
    "sleeping": "import time; print('go', flush=True); time.sleep(99)",
    "reading": "print('go', flush=True); input()",
    "asyncio": "import asyncio; print('go', flush=True); asyncio.run(asyncio.sleep(99))",
}


def python(*arguments: str, environment: dict[str, str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "python", *arguments]
    return subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, check=False)


def test_arguments_environment_and_paths_are_those_of_a_python(
    folder: Path, environment: dict[str, str]
) -> None:
    (folder / "library").mkdir()
    (folder / "library" / "found.py").write_text("where = 'on PYTHONPATH'\n")
    (folder / "scripts").mkdir()
    (folder / "scripts" / "beside.py").write_text("where = 'beside the script'\n")
    (folder / "scripts" / "script.py").write_text(
        "import beside, found, os, sys\n"
        "print(sys.argv, beside.where, found.where, os.environ['GREETING'])\n"
        "print(sys.platform, sys._xoptions)\n"
        "os.chdir('scripts'); print(os.listdir('.') == os.listdir(os.getcwd()), os.getcwd())\n"
        "print('' in sys.path, sys.path[0])\n"
    )
    extended = environment | {"PYTHONPATH": str(folder / "library"), "GREETING": "grüß Gott"}
    done = python("-X", "dev", "scripts/script.py", "-c", "b", environment=extended)
    assert (done.stdout.splitlines(), done.returncode) == (
        [
            "['scripts/script.py', '-c', 'b'] beside the script on PYTHONPATH grüß Gott",
            "emscripten {'dev': True}",
            f"True {folder}/scripts",
            f"False {folder}/scripts",
        ],
        0,
    )


@pytest.mark.parametrize(
    ("arguments", "stdin", "stdout", "status"),
    [
        (["-c", "print(input() * 2)"], "ab", "abab\n", 0),
        (["-", "x"], "import sys; print(sys.argv)", "['-', 'x']\n", 0),
        (["-m", "json.tool", "--compact"], '{"a": 1}', '{"a":1}\n', 0),
        (["-c", "import sys; sys.exit(7)"], "", "", 7),
        (["-c", "import os; os.abort()"], "", "", 134),
        (["-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"], "", "", 143),
        (["-i", "-c", "x = 3"], "x + 1\n", "4\n", 0),
        (["missing.py"], "", "", 2),
    ],
)
def test_a_program_and_its_input_from_everywhere(
    environment: dict[str, str], arguments: list[str], stdin: str, stdout: str, status: int
) -> None:
    done = python(*arguments, environment=environment, stdin=stdin)
    assert (done.stdout, done.returncode) == (stdout, status)


@pytest.mark.parametrize(
    ("program", "status", "says"),
    [
        ("os.abort()", 134, "The interpreter crashed: it was aborted (unreachable)."),
        (
            "ctypes.string_at(0xFFFFFFF0, 64)",
            139,
            "The interpreter crashed: C code used memory that is not its own",
        ),
        ("os._exit(7)", 7, ""),
    ],
)
def test_a_crash_says_where(environment: dict[str, str], program: str, status: int, says: str) -> None:
    source = f"import ctypes, os\ndef f():\n    {program}\nf()"
    done = python("-c", source, environment=environment)
    assert (done.stdout, done.returncode) == ("", status)
    frames = '  File "<string>", line 3 in f\n  File "<string>", line 4 in <module>\n'
    assert (frames in done.stderr) == bool(says)
    assert says in done.stderr
    assert "Aborted()" not in done.stderr  # Emscripten's, at any moment


def test_what_is_nested_deeply_is_pythons_own_error(environment: dict[str, str]) -> None:
    source = "x = []\nfor _ in range(10**5): x = [x]\nrepr(x)"
    done = python("-c", source, environment=environment)
    assert done.stderr.splitlines()[-1].startswith("RecursionError: Stack overflow")
    assert done.returncode == 1


def test_a_large_input_arrives_whole(environment: dict[str, str]) -> None:
    program = "import sys, hashlib; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:16])"
    expected = python("-c", program, environment=environment, stdin="").stdout
    assert expected == "e3b0c44298fc1c14\n"  # of nothing
    text = "0123456789abcdef" * 100_000
    counted = python(
        "-c", "import sys; t = sys.stdin.read(); print(len(t), t[-3:])", environment=environment, stdin=text
    )
    assert counted.stdout == "1600000 def\n"


@pytest.mark.parametrize("what", WAITING)
def test_an_interrupt_reaches_a_program_whatever_it_does(environment: dict[str, str], what: str) -> None:
    command = [*COMMAND, "python", "-c", WAITING[what]]
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        os.killpg(process.pid, signal.SIGINT)  # to all of them, as a terminal does it
        assert process.stderr is not None
        errors = process.stderr.read()  # its input stays open meanwhile
    assert errors.splitlines()[-1] == "KeyboardInterrupt"
    assert process.returncode == -signal.SIGINT, "as Python itself, so that a shell ends, too"


def test_install_puts_packages_where_python_finds_them(folder: Path, environment: dict[str, str]) -> None:
    wheel = folder / "sample-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("sample.py", "text = 'installed'\n")
        metadata = {
            "METADATA": "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n",
            "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }
        for name, text in metadata.items():
            archive.writestr(f"sample-1.0.dist-info/{name}", text)
    command = [*COMMAND, "install", "-t", "packages", "--no-deps", str(wheel)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    extended = environment | {"PYTHONPATH": str(folder / "packages")}
    assert python("-c", "import sample; print(sample.text)", environment=extended).stdout == "installed\n"
