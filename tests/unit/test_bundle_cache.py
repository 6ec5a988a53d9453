from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_emrun.bundle.cache import KEEP, RECORD, STALE, TEMPORARY, Cache, file_digest, key


def must_not_be_made(folder: Path) -> None:
    raise AssertionError(f"{folder} is made again")


def make_file(folder: Path) -> None:
    (folder / "file").write_text("made")


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_an_entry_is_made_once(tmp_path: Path) -> None:
    folder = Cache(tmp_path).entry("kind", "key", make_file)
    assert folder == tmp_path / "kind" / "key"
    assert (folder / "file").read_text() == "made"
    assert Cache(tmp_path).entry("kind", "key", must_not_be_made) == folder


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        make_file(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Cache(tmp_path).entry("kind", "key", fail)
    assert names(tmp_path / "kind") == set()
    Cache(tmp_path).entry("kind", "key", make_file)


def test_a_process_that_was_killed_leaves_no_entry(tmp_path: Path) -> None:
    abandoned = tmp_path / "kind" / f"{TEMPORARY}abandoned"
    abandoned.mkdir(parents=True)
    Cache(tmp_path).entry("kind", "key", make_file)
    assert names(tmp_path / "kind") == {abandoned.name, "key"}, "it may be at work still"
    long_ago = time.time() - STALE - 60
    os.utime(abandoned, (long_ago, long_ago))
    Cache(tmp_path).entry("kind", "key", must_not_be_made)
    assert names(tmp_path / "kind") == {"key"}


def test_the_first_of_two_makers_wins(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def slower(folder: Path) -> None:
        cache.entry("kind", "key", make_file)
        (folder / "file").write_text("made again")

    folder = cache.entry("kind", "key", slower)
    assert (folder / "file").read_text() == "made"
    assert names(tmp_path / "kind") == {"key"}


def test_the_entries_used_last_are_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(KEEP + 3):
        folder = cache.entry("kind", str(number), make_file)
        earlier = time.time() - 1000 + number
        os.utime(folder, (earlier, earlier))
    cache.entry("kind", "3", must_not_be_made)
    cache.entry("other", "0", make_file)
    cache.entry("kind", "new", make_file)
    assert names(tmp_path / "kind") == {"new", "3", str(KEEP + 1), str(KEEP + 2)}
    assert names(tmp_path / "other") == {"0"}


def flip(file: Path) -> None:
    """One bit, as a failing disk does: the size and the times stay."""
    times = file.stat()
    content = bytearray(file.read_bytes())
    content[0] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def in_turn(*steps: Callable[[Path], object]) -> Callable[[Path], None]:
    """Several steps as one."""

    def take(path: Path) -> None:
        for step in steps:
            step(path)

    return take


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a flipped bit": lambda folder: flip(folder / "file"),
    "a file cut short": lambda folder: os.truncate(folder / "file", 2),
    "an empty file": lambda folder: os.truncate(folder / "file", 0),
    "a file that is gone": lambda folder: (folder / "file").unlink(),
    "a folder that is gone": lambda folder: shutil.rmtree(folder / "below"),
    "one file more": lambda folder: (folder / "below" / "other").touch(),
    "a folder in the place of a file": lambda folder: in_turn(Path.unlink, Path.mkdir)(folder / "file"),
    "a program that cannot be executed": lambda folder: (folder / "below" / "program").chmod(0o644),
    "a flipped bit in the record": lambda folder: flip(folder / RECORD),
    "a record cut short": lambda folder: os.truncate(folder / RECORD, 9),
    "no record": lambda folder: (folder / RECORD).unlink(),
    "nothing but the folder": in_turn(shutil.rmtree, Path.mkdir),
    "a file in the place of the folder": in_turn(shutil.rmtree, Path.touch),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_made_anew(tmp_path: Path, damage: str) -> None:
    def make(folder: Path) -> None:
        make_file(folder)
        (folder / "below").mkdir()
        (folder / "below" / "program").write_text("#!/bin/sh")
        (folder / "below" / "program").chmod(0o755)

    folder = Cache(tmp_path).entry("kind", "key", make)
    DAMAGES[damage](folder)
    assert Cache(tmp_path).entry("kind", "key", make) == folder
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert found == {RECORD, "file", "below", "below/program"}
    assert (folder / "file").read_text() == "made"
    assert os.access(folder / "below" / "program", os.X_OK)
    assert names(tmp_path / "kind") == {"key"}
    assert Cache(tmp_path).entry("kind", "key", must_not_be_made) == folder


def test_a_damaged_entry_is_mended_once_by_two_processes(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    folder = cache.entry("kind", "key", make_file)
    flip(folder / "file")

    def slower(temporary: Path) -> None:
        cache.entry("kind", "key", make_file)
        (temporary / "file").write_text("made again")

    assert (cache.entry("kind", "key", slower) / "file").read_text() == "made"
    assert names(tmp_path / "kind") == {"key"}


def test_what_came_with_the_installation_is_checked_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "installed"
    prebuilt = Cache(installed).entry("kind", "key", make_file)
    monkeypatch.setattr("sphinx_emrun.resources.prebuilt_dir", lambda: installed)
    cache = Cache(tmp_path / "cache")
    assert cache.entry("kind", "key", must_not_be_made) == prebuilt
    flip(prebuilt / "file")
    assert cache.entry("kind", "key", make_file) == tmp_path / "cache" / "kind" / "key"


def test_others_know_that_it_is_a_cache(tmp_path: Path) -> None:
    Cache(tmp_path).entry("kind", "key", make_file)
    assert (tmp_path / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_key_depends_on_every_part_and_on_no_order_of_names() -> None:
    assert key("a", 1, {"x": 1, "y": None}) == key("a", 1, {"y": None, "x": 1})
    assert len({key("a", "b"), key("ab"), key("a", ["b"]), key("a", None)}) == 4


def test_file_digest(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    assert file_digest(tmp_path / "file") == expected
