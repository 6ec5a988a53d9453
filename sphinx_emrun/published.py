"""The files of ours in a built site, below ``_static/emrun/``: exactly what the build meant.

What is ours lies in folders that are named by a digest. All else there is somebody else's (a file of
``html_static_path``, what a file manager leaves) and stays.

The large files of a bundle may lie in a folder that the versions of a site share, named by their digests. A
build adds to that folder and removes nothing there: another version may load it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import posixpath
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.bundle.cache import file_digest
from sphinx_emrun.bundle.manifest import DIGEST_LENGTH, Manifest
from sphinx_emrun.bundle.manifest import NAME as MANIFEST
from sphinx_emrun.nodes import STATIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx_emrun.bundle import Bundle

#: The folder, beside the bundle's, of the blocks' own files.
FILES = "files"
#: In bytes: files of at least this size are shared. Licences and small parts are below it.
LARGE = 100_000
_DIGEST = re.compile(rf"[0-9a-f]{{{DIGEST_LENGTH}}}")


class Published:
    """The folder ``_static/emrun/`` of a site, and what a build puts there."""

    def __init__(self, folder: Path, shared: Path | None = None) -> None:
        """:param shared: the folder of the files that versions of the site share, if they do."""
        self._folder = folder
        self._shared = shared
        self._wanted: set[Path] = set()

    def put_bundle(self, bundle: Bundle) -> str:
        """Publish a bundle.

        :returns: the name of its folder. It is the bundle's digest, unless files are shared: the published
            manifest then holds their places, and has a digest of its own.
        """
        manifest, digest = bundle.manifest, bundle.digest
        if self._shared is not None:
            manifest = dataclasses.replace(manifest, shared=_places(manifest, self._folder, self._shared))
            digest = manifest.digest
        for path, file in manifest.files.items():
            self.put(bundle.folder / path, f"{digest}/{manifest.place(path)}", file.sha256)
        text = manifest.to_json().encode()
        self.put(text, f"{digest}/{MANIFEST}", hashlib.sha256(text).hexdigest())
        return digest

    def put(self, source: Path | bytes, path: str, digest: str) -> None:
        """Publish a file, unless it is there as it should be.

        :param source: the file, or its content.
        :param path: relative to the folder.
        :param digest: the SHA-256 of its content, in hex, or the beginning of that.
        """
        target = Path(os.path.normpath(self._folder / path))
        self._wanted.add(target)
        if target.is_file() and file_digest(target).startswith(digest):
            return
        # The old file goes: it may be read-only, or another name of a file elsewhere.
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        target.unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(source, bytes):
            target.write_bytes(source)
        else:
            shutil.copyfile(source, target)

    def bundles(self) -> set[str]:
        """The digests of the bundles that are there."""
        return {folder.name for folder in _named(self._folder) if (folder / MANIFEST).is_file()}

    def remove_others(self) -> None:
        """Remove what is ours and has not been published by this build; what cannot be removed stays."""
        for folder in [*_named(self._folder), *_named(self._folder / FILES)]:
            # What is in a folder comes before it, and a folder that holds something is not removed.
            for path in sorted([folder, *folder.rglob("*")], reverse=True):
                with contextlib.suppress(OSError):
                    if path.is_dir() and not path.is_symlink():
                        path.rmdir()
                    elif path not in self._wanted:
                        path.unlink()


def beyond(site: Path) -> Path | None:
    """The folder outside of a built site in which the site's shared files lie; None where there is none."""
    for file in site.glob(f"{STATIC}/*/{MANIFEST}"):
        with contextlib.suppress(OSError, ValueError):  # written by another version of sphinx-emrun
            for place in Manifest.from_json(file.read_text(encoding="utf-8")).shared.values():
                target = Path(os.path.normpath(file.parent / place))
                if not target.is_relative_to(site):
                    return target.parent
    return None


def _places(manifest: Manifest, folder: Path, shared: Path) -> dict[str, str]:
    """{path: place relative to the manifest} of the files to share. Scripts import each other, and stay."""
    up = Path(os.path.relpath(shared, folder / "bundle")).as_posix()
    return {
        path: f"{up}/{file.sha256[:DIGEST_LENGTH]}{posixpath.splitext(path)[1]}"
        for path, file in manifest.files.items()
        if file.size >= LARGE and path not in manifest.code
    }


def _named(folder: Path) -> Iterator[Path]:
    """The folders that are named by a digest, in another one."""
    if folder.is_dir():
        for path in folder.iterdir():
            if _DIGEST.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                yield path
