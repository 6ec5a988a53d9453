"""The line discipline against the kernel's own: random settings, keys and output."""

from __future__ import annotations

import fcntl
import json
import os
import select
import subprocess
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sphinx_emrun.bundle.interpreter import node_binary

#: How long the kernel may take to show what is expected, in seconds.
PATIENCE = 1
Step = dict[str, Any]

IXANY, IUTF8 = 0o4000, 0o40000
INPUT = (termios.ISTRIP, termios.INLCR, termios.IGNCR, termios.ICRNL, termios.IXON, IXANY, IUTF8)
OUTPUT = (termios.OPOST, termios.ONLCR, termios.OCRNL, termios.ONOCR, termios.ONLRET, termios.XTABS)
LOCAL = (
    *(termios.ISIG, termios.ICANON, termios.ECHO, termios.ECHOE, termios.ECHOK, termios.ECHONL),
    *(termios.NOFLSH, termios.ECHOCTL, termios.ECHOKE, termios.IEXTEN),
)
#: The keys of a new terminal, and two without one.
KEYS = {
    termios.VINTR: 3,
    termios.VQUIT: 28,
    termios.VERASE: 127,
    termios.VKILL: 21,
    termios.VEOF: 4,
    termios.VSTART: 17,
    termios.VSTOP: 19,
    termios.VSUSP: 26,
    termios.VREPRINT: 18,
    termios.VWERASE: 23,
    termios.VLNEXT: 22,
    termios.VEOL: 0,
    termios.VEOL2: 0,
}


class Settings(NamedTuple):
    """Those of a terminal that pty.js knows."""

    iflag: int
    oflag: int
    lflag: int
    c_cc: dict[int, int]

    @property
    def step(self) -> Step:
        return {
            "c_iflag": self.iflag,
            "c_oflag": self.oflag,
            "c_lflag": self.lflag,
            "c_cc": {str(index): byte for index, byte in self.c_cc.items()},
        }


COOKED = Settings(
    termios.ICRNL | termios.IXON | IUTF8,
    termios.OPOST | termios.ONLCR,
    sum(LOCAL) & ~(termios.ECHONL | termios.NOFLSH),
    KEYS | {termios.VMIN: 1, termios.VTIME: 0},
)


def flags(usual: int, known: tuple[int, ...]) -> st.SearchStrategy[int]:
    """Settings that mostly are the usual ones, with some of the known flags turned over."""
    turned = st.lists(st.sampled_from(known), max_size=3).map(lambda some: sum({*some}))
    return st.one_of(
        turned.map(lambda some: usual ^ some), st.lists(st.sampled_from(known)).map(lambda s: sum({*s}))
    )


keys = st.fixed_dictionaries({}, optional={key: st.sampled_from([0, 10, 13, 65, 255, 3, 4]) for key in KEYS})
terminal_settings = st.builds(
    lambda i, o, local, changed, least: Settings(
        i, o, local, KEYS | changed | {termios.VMIN: least, termios.VTIME: 0}
    ),
    flags(COOKED.iflag, INPUT),
    flags(COOKED.oflag, OUTPUT),
    flags(COOKED.lflag, LOCAL),
    st.one_of(st.just({}), keys),
    st.integers(0, 3),
)
#: Keys that a line discipline looks at, characters of all widths, and anything.
pieces = st.one_of(
    st.sampled_from(
        [bytes([key]) for key in KEYS.values() if key] + [b"\r", b"\n", b"\t", b"\b", b" ", b"\0"]
    ),
    st.sampled_from(
        [b"\x7f", b"\r", b"\t", b"ab", b"a_1", "é".encode(), "日".encode(), "😀".encode(), "e\u0301".encode()]
    ),
    st.binary(min_size=1, max_size=3),
)
text = st.lists(pieces, min_size=1, max_size=8).map(lambda parts: b"".join(parts).hex())
steps = st.one_of(
    text.map(lambda data: {"type": data}),
    text.map(lambda data: {"type": data}),
    text.map(lambda data: {"write": data}),
    st.integers(1, 12).map(lambda count: {"read": count}),
    st.builds(lambda some, flush: {"set": some.step, "flush": flush}, terminal_settings, st.booleans()),
)
programs = st.builds(
    lambda first, rest: [{"set": first.step, "flush": False}, *rest],
    st.one_of(st.just(COOKED), terminal_settings),
    st.lists(steps, min_size=1, max_size=8),
)


class Kernel:
    """A new terminal of the kernel's; nobody's controlling terminal, so its signals reach no process."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        os.set_blocking(self._master, False)
        os.set_blocking(self._slave, False)

    def close(self) -> None:
        os.close(self._slave)
        os.close(self._master)

    def repeat(self, step: Step) -> Step:
        """Do a step of ours; what is seen after it, once that is what ours showed or the patience ends."""
        seen = dict(step)
        if "type" in step:
            os.write(self._master, bytes.fromhex(step["type"]))
        elif "write" in step:
            assert os.write(self._slave, bytes.fromhex(step["write"])) == len(step["write"]) // 2
        elif "read" in step:
            seen["data"] = self._read(self._slave, step["read"])
        else:
            self._set(step)
        end = time.monotonic() + PATIENCE
        seen["screen"] = ""
        while True:
            # Takes over what was typed, where there is nothing to read yet.
            seen["readable"] = bool(select.select([self._slave], [], [], 0)[0])
            seen["screen"] += self._read(self._master, 4096) or ""
            seen["pending"] = int.from_bytes(fcntl.ioctl(self._slave, termios.FIONREAD, bytes(4)), "little")
            if seen == step or time.monotonic() > end:
                return seen

    @staticmethod
    def _read(fd: int, count: int) -> str | None:
        try:
            return os.read(fd, count).hex()
        except BlockingIOError:
            return None

    def _set(self, step: Step) -> None:
        wanted = step["set"]
        attributes = termios.tcgetattr(self._slave)
        attributes[0], attributes[1], attributes[3] = wanted["c_iflag"], wanted["c_oflag"], wanted["c_lflag"]
        for index, byte in wanted["c_cc"].items():
            numeric = int(index) in (termios.VMIN, termios.VTIME) and not attributes[3] & termios.ICANON
            attributes[6][int(index)] = byte if numeric else bytes([byte])
        termios.tcsetattr(self._slave, termios.TCSAFLUSH if step["flush"] else termios.TCSANOW, attributes)


class Ours:
    """pty.js in a process of Node's."""

    def __init__(self) -> None:
        command = [node_binary(), Path(__file__).with_name("discipline.mjs")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        self._process.communicate()

    def run(self, program: list[Step]) -> list[Step]:
        """What was done, and seen after each."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(program) + "\n")
        self._process.stdin.flush()
        done: list[Step] = json.loads(self._process.stdout.readline())
        return done


@pytest.fixture(scope="module")
def ours() -> Iterator[Ours]:
    process = Ours()
    yield process
    process.close()


def turned(*, iflag: int = 0, oflag: int = 0, lflag: int = 0) -> Step:
    """The usual settings with these flags turned over."""
    some = Settings(COOKED.iflag ^ iflag, COOKED.oflag ^ oflag, COOKED.lflag ^ lflag, COOKED.c_cc)
    return {"set": some.step, "flush": False}


#: More than a line can have, in pieces that the kernel's own buffers take.
TOO_LONG: list[Step] = [{"type": (b"ab" * 512).hex()}] * 5


@settings(max_examples=1200, deadline=None, derandomize=True)
@given(program=programs)
@example(program=[{"type": b"a\tb\x7f\x7f\x7fc\r".hex()}, {"read": 12}])
@example(program=[{"write": "日é".encode().hex()}, {"type": b"a\t\x7f\x7f\tb".hex()}])
@example(program=[turned(oflag=termios.XTABS), {"write": "日\té\x01\t\b\b\ta".encode().hex()}])
@example(program=[turned(iflag=IUTF8, oflag=termios.XTABS), {"write": "日\t".encode().hex()}])
@example(program=[turned(oflag=termios.ONOCR), {"write": b"\rab\r\rc\b\r".hex()}])
@example(program=[turned(lflag=termios.ICANON), {"type": b"a\nb\rc\n".hex()}, {"read": 12}])
@example(program=[{"type": b"a\r\x04".hex()}, turned(lflag=termios.ICANON), {"read": 12}])
@example(program=[turned(lflag=termios.ICANON), {"type": b"ab".hex()}, turned(), {"read": 12}])
@example(program=[{"type": b"\x13ab".hex()}, {"type": b"\x11".hex()}, {"type": b"\r".hex()}])
@example(program=[{"type": b"one\x04".hex()}, {"read": 3}, {"type": b"\x04".hex()}, {"read": 3}])
@example(program=[*TOO_LONG, {"type": b"c\r".hex()}, {"read": 8192}])
@example(program=[*TOO_LONG, {"type": b"\x7fc\x7f\x7f\r".hex()}, {"read": 8192}])
@example(program=[*TOO_LONG, {"type": b"\x16\x03\r".hex()}, {"read": 8192}])
def test_discipline(ours: Ours, program: list[Step]) -> None:
    kernel = Kernel()
    try:
        for step in ours.run([{"set": COOKED.step, "flush": False}, *program]):
            assert kernel.repeat(step) == step
    finally:
        kernel.close()
