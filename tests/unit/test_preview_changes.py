"""Which changes of files are edits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sphinx_emrun.preview.changes import OFTEN, TOLERANCE, Changes, changed_since

BEGAN, ENDED = 1000.0, 1010.0
BEFORE, DURING, AFTER = 990.0, 1005.0, 1020.0


@pytest.fixture
def changes() -> Changes:
    made = Changes()
    made.built(BEGAN, ENDED)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


def write(file: Path, text: str, time: float) -> Path:
    file.write_text(text)
    os.utime(file, (time, time))
    return file


@pytest.mark.parametrize("time", [BEFORE, AFTER])
def test_a_change_between_builds_is_an_edit(changes: Changes, file: Path, time: float) -> None:
    for number in range(5):
        assert changes.edits([write(file, str(number), time)]) == [file]


def test_a_file_that_is_saved_as_it_was_is_none(changes: Changes, file: Path) -> None:
    assert changes.edits([write(file, "text", AFTER)]) == [file]
    assert changes.edits([write(file, "text", AFTER + 1)]) == []
    assert changes.edits([write(file, "other", AFTER + 2)]) == [file]
    assert changes.edits([write(file, "text", AFTER + 3)]) == [file], "an undone edit is one"


def test_a_file_that_goes_and_comes_back_is_an_edit_each_time(changes: Changes, file: Path) -> None:
    assert changes.edits([write(file, "text", AFTER)]) == [file]
    file.unlink()
    assert changes.edits([file]) == [file]
    assert changes.edits([file]) == []
    assert changes.edits([write(file, "text", AFTER)]) == [file]


def test_what_changes_with_every_build_is_the_builds(changes: Changes, file: Path) -> None:
    found = [changes.edits([write(file, str(number), DURING)]) for number in range(5)]
    assert found == [[file]] * (OFTEN - 1) + [[]] * (5 - OFTEN + 1)


@pytest.mark.parametrize("time", [BEGAN - TOLERANCE / 2, ENDED + TOLERANCE / 2])
def test_the_clock_of_files_is_a_coarse_one(changes: Changes, file: Path, time: float) -> None:
    found = [changes.edits([write(file, str(number), time)]) for number in range(3)]
    assert found == [[file], [], []]


def test_an_edit_while_a_build_runs_is_not_lost(changes: Changes, file: Path) -> None:
    assert changes.edits([write(file, "first", BEFORE)]) == [file]
    for number in range(5):  # as an editor does that saves by itself
        assert changes.edits([write(file, str(number), DURING)]) == [file]


def test_an_edit_of_what_the_build_writes_is_one(changes: Changes, file: Path) -> None:
    for number in range(3):
        changes.edits([write(file, str(number), DURING)])
    assert changes.edits([write(file, "by hand", AFTER)]) == [file]


def test_what_has_been_written_since_is_found(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    write(tmp_path / "below" / "old", "", 10)
    new = {write(tmp_path / "below" / "new", "", 30), write(tmp_path / "newer", "", 40)}
    (tmp_path / "dangling").symlink_to("nowhere")
    assert set(changed_since([tmp_path], 30)) == new
