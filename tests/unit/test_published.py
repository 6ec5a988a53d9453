"""What a build published is there, whatever has happened to it since, and strays hurt nobody."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_emrun.published import FILES, Published

BUNDLE, OTHER = "0123456789abcdef", "fedcba9876543210"
CONTENT = b"content"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source").write_bytes(CONTENT)
    return tmp_path / "source"


@pytest.fixture
def site(tmp_path: Path, source: Path) -> Path:
    """The folder as a build leaves it."""
    folder = tmp_path / "emrun"
    publish(folder, source)
    return folder


def publish(folder: Path, source: Path) -> None:
    published = Published(folder)
    published.put(source, f"{BUNDLE}/below/file", DIGEST)
    published.put(source, f"{BUNDLE}/manifest.json", DIGEST)
    published.put(source, f"{FILES}/{DIGEST[:16]}/data.csv", DIGEST[:16])
    published.remove_others()


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


RIGHT = {
    f"{BUNDLE}/below/file": CONTENT,
    f"{BUNDLE}/manifest.json": CONTENT,
    f"{FILES}/{DIGEST[:16]}/data.csv": CONTENT,
}


def flip(file: Path) -> None:
    status = file.stat()
    file.write_bytes(bytes([CONTENT[0] ^ 1]) + CONTENT[1:])
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def in_turn(*steps: Callable[[Path], object]) -> Callable[[Path], None]:
    """Several steps as one."""

    def take(path: Path) -> None:
        for step in steps:
            step(path)

    return take


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a flipped bit": flip,
    "cut short": lambda file: os.truncate(file, 3),
    "gone": Path.unlink,
    "read-only and cut short": in_turn(lambda file: os.truncate(file, 3), lambda file: file.chmod(0o444)),
    "a folder": in_turn(Path.unlink, lambda file: (file / "deep").mkdir(parents=True)),
    "a dangling link": in_turn(Path.unlink, lambda file: file.symlink_to("nowhere")),
}


@pytest.mark.parametrize("path", RIGHT)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_published_anew(site: Path, source: Path, path: str, damage: str) -> None:
    DAMAGES[damage](site / path)
    publish(site, source)
    assert contents(site) == RIGHT


def test_a_file_with_another_name_elsewhere_is_replaced_there_alone(
    site: Path, source: Path, tmp_path: Path
) -> None:
    published = site / BUNDLE / "below" / "file"
    os.truncate(published, 3)
    deployed = tmp_path / "deployed"
    deployed.hardlink_to(published)
    publish(site, source)
    assert (contents(site), deployed.read_bytes()) == (RIGHT, CONTENT[:3])


def test_what_is_right_is_not_written_again(site: Path, source: Path) -> None:
    before = {path: (site / path).stat().st_mtime_ns for path in RIGHT}
    inodes = {path: (site / path).stat().st_ino for path in RIGHT}
    publish(site, source)
    assert {path: (site / path).stat().st_mtime_ns for path in RIGHT} == before
    assert {path: (site / path).stat().st_ino for path in RIGHT} == inodes


@pytest.mark.parametrize(
    "path",
    [
        ".DS_Store",
        "Thumbs.db",
        "theirs/style.css",
        "0123456789abcdeg/file",
        f"{FILES}/.DS_Store",
        f"{FILES}/theirs/file",
    ],
)
def test_what_is_not_ours_stays(site: Path, source: Path, path: str) -> None:
    (site / path).parent.mkdir(parents=True, exist_ok=True)
    (site / path).write_bytes(b"stray")
    (site / path).chmod(0o444)
    assert Published(site).bundles() == {BUNDLE}
    publish(site, source)
    assert contents(site) == RIGHT | {path: b"stray"}


@pytest.mark.parametrize(
    "path", [f"{BUNDLE}/.DS_Store", f"{OTHER}/main.js", f"{OTHER}/a/b/c", f"{FILES}/{OTHER}/old.csv"]
)
def test_what_is_ours_and_not_of_this_build_goes(site: Path, source: Path, path: str) -> None:
    (site / path).parent.mkdir(parents=True, exist_ok=True)
    (site / path).write_bytes(b"old")
    publish(site, source)
    assert contents(site) == RIGHT
    assert {folder.name for folder in site.iterdir()} == {BUNDLE, FILES}


def test_a_link_is_not_followed(site: Path, source: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "manifest.json").write_bytes(b"theirs")
    (site / OTHER).symlink_to(theirs)
    (site / BUNDLE / "link").symlink_to(theirs)
    publish(site, source)
    assert contents(theirs) == {"manifest.json": b"theirs"}
    assert not (site / BUNDLE / "link").is_symlink()


def test_what_cannot_be_removed_hurts_nobody(
    site: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / OTHER).mkdir()
    (site / OTHER / "main.js").write_bytes(b"old")

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", lambda path, missing_ok=False: refuse(path))
    monkeypatch.setattr(shutil, "rmtree", refuse)
    publish(site, source)
    assert contents(site) == RIGHT | {f"{OTHER}/main.js": b"old"}


def test_a_site_without_blocks_keeps_nothing_of_ours(site: Path) -> None:
    Published(site).remove_others()
    assert contents(site) == {}


def test_a_site_that_never_had_any_gets_no_folder(tmp_path: Path) -> None:
    Published(tmp_path / "none").remove_others()
    assert not (tmp_path / "none").exists()
