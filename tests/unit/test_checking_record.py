"""Outcomes that are kept: what has been damaged is not taken for what came of a program."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_emrun.checking.outcome import Outcome
from sphinx_emrun.checking.record import Record

OUTCOMES = [Outcome(lost="earlier"), Outcome(lost="crash", reason="a trap")]


def altered(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"a trap", b"a tree"))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "altered": altered,
    "cut short": lambda file: os.truncate(file, 80),
    "empty": lambda file: os.truncate(file, 0),
    "no text": lambda file: file.write_bytes(b"\xff" + file.read_bytes()),
    "gone": Path.unlink,
}


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    Record(tmp_path).keep("name", OUTCOMES)
    assert Record(tmp_path).find("name") == OUTCOMES


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_not(tmp_path: Path, damage: str) -> None:
    Record(tmp_path).keep("name", OUTCOMES)
    (file,) = tmp_path.iterdir()
    DAMAGES[damage](file)
    assert Record(tmp_path).find("name") is None
