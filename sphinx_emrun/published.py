"""The files of ours in a built site, below ``_static/emrun/``: exactly what the build meant.

What is ours lies in folders that are named by a digest. All else there is somebody else's (a file of
``html_static_path``, what a file manager leaves) and stays.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.bundle.cache import file_digest
from sphinx_emrun.bundle.manifest import NAME as MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx_emrun.bundle import Bundle

#: The folder, beside the bundle's, of the blocks' own files.
FILES = "files"
_DIGEST = re.compile(r"[0-9a-f]{16}")


class Published:
    """The folder ``_static/emrun/`` of a site, and what a build puts there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wanted: set[Path] = set()

    def put_bundle(self, bundle: Bundle) -> None:
        """Publish a bundle."""
        for path, file in bundle.manifest.files.items():
            self.put(bundle.folder / path, f"{bundle.digest}/{path}", file.sha256)
        manifest = bundle.folder / MANIFEST
        self.put(manifest, f"{bundle.digest}/{MANIFEST}", file_digest(manifest))

    def put(self, source: Path, path: str, digest: str) -> None:
        """Publish a file, unless it is there as it should be.

        :param path: relative to the folder.
        :param digest: the SHA-256 of its content, in hex, or the beginning of that.
        """
        target = self._folder / path
        self._wanted.add(target)
        if target.is_file() and file_digest(target).startswith(digest):
            return
        # The old file goes: it may be read-only, or another name of a file elsewhere.
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        target.unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
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


def _named(folder: Path) -> Iterator[Path]:
    """The folders that are named by a digest, in another one."""
    if folder.is_dir():
        for path in folder.iterdir():
            if _DIGEST.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                yield path
