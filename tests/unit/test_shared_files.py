"""Versions of one site share their large files: each is there once, and is made anew where it is damaged."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sphinx_emrun.bundle.draft import described
from sphinx_emrun.bundle.manifest import Manifest
from sphinx_emrun.published import LARGE, Published, beyond

STDLIB, CODE, SMALL = b"s" * LARGE, b"c" * LARGE, b"p" * (LARGE - 1)
SNAPSHOTS = {"v1": b"1" * LARGE, "v2": b"2" * LARGE}


@dataclass
class MadeBundle:
    """What of a bundle is published."""

    folder: Path
    manifest: Manifest

    @property
    def digest(self) -> str:
        return self.manifest.digest


Publish = Callable[..., str]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Publishes a version of the site as a build does, and gives its bundle's folder."""

    def publish(version: str, *, shared: Path | None = tmp_path / "site" / "shared") -> str:
        folder = tmp_path / "bundles" / version
        contents = {"stdlib.zip": STDLIB, "worker.js": CODE, "a/part.bin": SMALL}
        for path, content in (contents | {"snapshot.bin": SNAPSHOTS[version]}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        paths = (*contents, "snapshot.bin")
        files = {path: described(folder / path) for path in paths}
        code = ("worker.js",)
        manifest = Manifest(python="", pyodide="", platform="", files=files, code=code, stdlib="stdlib.zip")
        published = Published(tmp_path / "site" / version / "_static" / "emrun", shared)
        digest = published.put_bundle(MadeBundle(folder, manifest))  # type: ignore[arg-type]  # enough of one
        published.remove_others()
        assert published.bundles() == {digest}
        return digest

    return publish


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return tmp_path / "site" / "shared"


def name(content: bytes, suffix: str) -> str:
    return hashlib.sha256(content).hexdigest()[:16] + suffix


ZIP, FIRST, SECOND = (
    name(STDLIB, ".zip"),
    *(name(content, ".bin") for content in SNAPSHOTS.values()),
)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_further_version_adds_only_what_differs(publish: Publish, shared: Path, tmp_path: Path) -> None:
    publish("v1")
    assert names(shared) == sorted([ZIP, FIRST])
    times = {path: path.stat().st_mtime_ns for path in shared.rglob("*.*")}
    digest = publish("v2")
    assert names(shared) == sorted([ZIP, FIRST, SECOND])
    assert {path: path.stat().st_mtime_ns for path in times} == times
    emrun = tmp_path / "site" / "v2" / "_static" / "emrun"
    assert names(emrun) == [f"{digest}/{path}" for path in ("a/part.bin", "manifest.json", "worker.js")]


def test_the_manifest_says_where_and_names_its_folder(publish: Publish, tmp_path: Path) -> None:
    folder = tmp_path / "site" / "v1" / "_static" / "emrun" / publish("v1")
    text = (folder / "manifest.json").read_bytes()
    assert hashlib.sha256(text).hexdigest().startswith(folder.name)
    manifest = Manifest.from_json(text.decode())
    assert manifest.shared == {
        "stdlib.zip": f"../../../../shared/{ZIP}",
        "snapshot.bin": f"../../../../shared/{FIRST}",
    }
    for path, file in manifest.files.items():
        assert described(folder / manifest.place(path)) == file


def test_the_setting_changes_the_folder_and_not_the_bundle(publish: Publish, tmp_path: Path) -> None:
    alone = publish("v1", shared=None)
    assert beyond(tmp_path / "site" / "v1") is None
    together = publish("v1")
    assert beyond(tmp_path / "site" / "v1") == tmp_path / "site" / "shared"
    assert together != alone
    assert publish("v1", shared=tmp_path / "site" / "v1" / "shared") not in {alone, together}
    assert beyond(tmp_path / "site" / "v1") is None
    assert publish("v1", shared=None) == alone


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut short": lambda file: os.truncate(file, 3),
    "altered": lambda file: file.write_bytes(b"x" * LARGE),
    "gone": Path.unlink,
    "all gone": lambda file: shutil.rmtree(file.parent),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_anew(publish: Publish, shared: Path, damage: str) -> None:
    publish("v1")
    DAMAGES[damage](shared / ZIP)
    publish("v2")
    assert (shared / ZIP).read_bytes() == STDLIB


def test_nothing_is_removed(publish: Publish, shared: Path, tmp_path: Path) -> None:
    publish("v1")
    (shared / "theirs").write_bytes(b"")
    publish("v1", shared=None)
    Published(tmp_path / "site" / "v1" / "_static" / "emrun", shared).remove_others()
    assert names(shared) == sorted([ZIP, FIRST, "theirs"])
