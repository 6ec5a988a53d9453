"""Folders keyed by what they were made from, so that nothing is made twice.

An entry appears complete or not at all: it is made under a temporary name and renamed. Two processes may
share a cache: when both make the same entry, the first to finish wins. What is the same for every site came
with the installation (`prebuilt`).

An entry holds the digests of its files. They are compared with the files before each use, and an entry that
differs is made anew: disks, copies of caches and people change files without changing their times.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sphinx_emrun import resources

#: Entries of one kind that are kept: a few, so that going back to an earlier state of the inputs is quick.
KEEP = 4
TEMPORARY = ".making-"
#: Age, in seconds, after which a temporary folder is one that an interrupted process left.
STALE = 3600
#: Marks a folder that backups and searches leave out (bford.info/cachedir).
CACHE_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n"
#: In each entry: what its other files were when it was made. Whoever reads an entry leaves it out.
RECORD = ".digests.json"


class Cache:
    """A folder of ``KIND/KEY/`` entries."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entry(self, kind: str, key: str, make: Callable[[Path], None]) -> Path:
        """The folder for `key`; when it is not there, `make` fills a new one.

        :param make: called with an empty folder. What it raises leaves the cache as it was.
        """
        prebuilt = resources.prebuilt_dir() / kind / key
        if _is_intact(prebuilt):
            return prebuilt
        folder = self.root / kind / key
        if not _is_intact(folder):
            with self._temporary(kind) as temporary:
                make(temporary)
                (temporary / RECORD).write_text(json.dumps(_digests(temporary)), encoding="utf-8")
                _install(temporary, folder)
        os.utime(folder)  # marks it as the latest in use
        self._prune(kind, folder)
        return folder

    def entries(self, kind: str) -> Iterator[Path]:
        """The folders of a kind that hold what they were made with."""
        for folder in (self.root / kind).glob("*"):
            if not folder.name.startswith(TEMPORARY) and _is_intact(folder):
                yield folder

    @contextlib.contextmanager
    def _temporary(self, kind: str) -> Iterator[Path]:
        (self.root / kind).mkdir(parents=True, exist_ok=True)
        (self.root / "CACHEDIR.TAG").write_text(CACHE_TAG)
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self.root / kind))
        try:
            content = folder / "content"  # mkdtemp's own folder may only be entered by its owner
            content.mkdir()
            yield content
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _prune(self, kind: str, current: Path) -> None:
        entries = [entry for entry in (self.root / kind).iterdir() if entry != current]
        temporary = {entry for entry in entries if entry.name.startswith(TEMPORARY)}
        ages = {entry: _age(entry) for entry in entries}
        finished = sorted(set(entries) - temporary, key=lambda entry: ages[entry])
        stale = [entry for entry in temporary if ages[entry] > STALE]
        for entry in [*finished[KEEP - 1 :], *stale]:
            shutil.rmtree(entry, ignore_errors=True)


def _install(temporary: Path, folder: Path) -> None:
    """Put a new entry into its place, where there is none or a damaged one."""
    if not _is_intact(folder):
        with contextlib.suppress(FileNotFoundError):
            folder.replace(temporary.with_name("damaged"))
    try:
        temporary.replace(folder)
    except OSError:
        if not _is_intact(folder):  # else another process was first
            raise


def _is_intact(folder: Path) -> bool:
    """Whether an entry is there and holds what it was made with."""
    try:
        recorded = json.loads((folder / RECORD).read_bytes())
        return bool(recorded == _digests(folder))
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, list[str | bool]]:
    """{path: the SHA-256 of a file's content, and whether its owner may execute it}, without the record."""
    return {
        file.relative_to(folder).as_posix(): [file_digest(file), bool(file.stat().st_mode & stat.S_IXUSR)]
        for file in folder.rglob("*")
        if file.is_file() and file != folder / RECORD
    }


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:  # another process removed it
        return 0.0


def key(*parts: object) -> str:
    """A name for what was made from `parts`, which JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]


def file_digest(file: Path) -> str:
    """SHA-256 of a file's content, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
