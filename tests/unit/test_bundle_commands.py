"""Programs that are run while a bundle is made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sphinx_emrun.bundle.commands import run, uv_command
from sphinx_emrun.bundle.errors import BundleError

#: Starts another program, which keeps the pipes open, and waits for it.
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("child", "w").write(str(child.pid))
print("going on", flush=True)
child.wait()
"""


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def wait_for_end(pid: int) -> None:
    """A killed process closes its pipes some time before it has ended."""
    give_up = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < give_up, f"process {pid} still runs"
        time.sleep(0.01)


def test_what_a_program_says_and_how_it_ends(tmp_path: Path) -> None:
    program = (
        "import sys; sys.stdout.buffer.write(b'a\\xff'); sys.stderr.buffer.write(b'b\\xff'); sys.exit(3)"
    )
    result = run([sys.executable, "-c", program], folder=tmp_path, purpose="trying")
    assert (result.status, os.fsencode(result.stdout), result.stderr) == (
        3,
        b"a\xff",
        "b\N{REPLACEMENT CHARACTER}",
    )


def test_what_does_not_end_is_stopped_with_all_that_it_has_started(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"^Trying did not end within 8 seconds and was stopped: run `"):
        run([sys.executable, "-c", PARENT], folder=tmp_path, purpose="trying", limit=8)
    wait_for_end(int((tmp_path / "child").read_text()))


def test_what_a_program_writes_is_for_no_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    command = uv_command("pip", "install", "--no-index", "--target", tmp_path / "target", "a-missing-package")
    result = run(command, folder=tmp_path, purpose="trying")
    assert "Because a-missing-package was not found in the provided package locations" in result.stderr
    assert "\x1b" not in result.stderr


def test_an_interrupt_ends_all_of_it(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from sphinx_emrun.bundle.commands import run\n"
        f"print('go', flush=True); run([sys.executable, '-c', {PARENT!r}], folder=Path('.'), purpose='x')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert errors.splitlines()[-1] == "KeyboardInterrupt"
    wait_for_end(int((tmp_path / "child").read_text()))
