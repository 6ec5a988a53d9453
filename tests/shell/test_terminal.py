"""``sphinx-emrun python`` at a terminal: the prompt, its keys, and the terminal as it was afterwards."""

from __future__ import annotations

import re
import signal
import subprocess
import termios
from typing import TYPE_CHECKING

import pexpect  # type: ignore[import-untyped]
import pytest

from .conftest import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., pexpect.spawn]

pytestmark = [pytest.mark.alone, pytest.mark.xdist_group("shell")]

READY = r".*\x1b\[\?25h"  # the cursor is there
#: Ends once its display has been drawn often enough, for which it does nothing itself.
LIVE = """
import time
from rich.live import Live

class Counter:
    drawn = 0

    def __rich__(self):
        self.drawn += 1
        return f"drawn {self.drawn}"

counter = Counter()
with Live(counter, refresh_per_second=20):
    while counter.drawn < 10:
        time.sleep(0.01)
print("over")
"""
PROMPT = re.escape(">>> \x1b[0m") + READY


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Starts the command at a terminal."""
    started: list[pexpect.spawn] = []

    def spawn(*arguments: str) -> pexpect.spawn:
        child = pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], "python", *arguments],
            env=environment,
            encoding="utf-8",
            timeout=60,
            dimensions=(30, 100),
        )
        started.append(child)
        return child

    yield spawn
    for child in started:
        child.close(force=True)


def test_the_prompt(start: Start) -> None:
    child = start()
    child.expect(PROMPT)
    child.send("6 * 7\r")
    child.expect("42\r\n")
    child.expect(PROMPT)
    child.send("import os; os.get_terminal_size()\r")
    child.expect("columns=100, lines=30")
    child.expect(PROMPT)
    child.send('name = input("who? ")\r')
    child.expect(re.escape("who? \x1b[0m") + READY)
    child.send("Adx\x7fa\r")
    child.expect(PROMPT)
    child.send("name\r")
    child.expect("'Ada'\r\n")
    child.expect(PROMPT)
    child.send("while True: pass\r\r")
    child.expect(r"\x1b\[\?2004l")  # it runs
    child.send("\x03")
    child.expect("KeyboardInterrupt")
    child.expect(PROMPT)
    child.send("exit(4)\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 4


def test_a_program_reads_lines_and_passwords_and_the_end_of_its_input(start: Start) -> None:
    program = (
        "import getpass, sys; print(input('a ')); print(getpass.getpass()); print(repr(sys.stdin.read()))"
    )
    child = start("-c", program)
    child.expect("a $")
    child.send("x\x7fyy\r")
    child.expect("yy\r\nyy\r\n")
    child.expect("Password: $")
    child.send("secret\r")
    child.expect("^\r\nsecret\r\n")
    child.send("line\r")
    child.expect("line\r\n")
    child.send("\x04")
    child.expect(re.escape("'line\\n'"))
    child.expect(pexpect.EOF)


@pytest.mark.parametrize(
    ("program", "key", "status"),
    [
        ("import time; time.sleep(99)", "\x03", (None, signal.SIGINT)),
        ("sum(range(10**13))", "\x1c", (131, None)),
    ],
)
def test_ctrl_c_and_where_that_is_not_heard_ctrl_backslash(
    start: Start, program: str, key: str, status: tuple[int | None, int | None]
) -> None:
    child = start("-c", f"print('go', flush=True); {program}")
    before = termios.tcgetattr(child.child_fd)
    child.expect("go\r\n")
    child.send(key)
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.signalstatus) == status
    assert before[3] & termios.ECHO


@pytest.mark.network
def test_a_live_display_redraws_itself(
    start: Start, environment: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = str(folder / "packages")
    subprocess.run([*COMMAND, "install", "-t", packages, "--quiet", "rich"], env=environment, check=True)
    (folder / "live.py").write_text(LIVE)
    monkeypatch.setitem(environment, "PYTHONPATH", packages)
    child = start("live.py")
    child.expect("drawn .*10.*over")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
