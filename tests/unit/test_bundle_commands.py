"""Programs that are run while a bundle is made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sphinx_emrun.bundle.commands import run
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
    return state != "Z"


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
    assert not is_running(int((tmp_path / "child").read_text()))


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
    assert not is_running(int((tmp_path / "child").read_text()))
