"""The bundle: all that a site serves so that its pages can run Python, in one folder named by its content."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle import code, snapshot
from sphinx_emrun.bundle.beside import Beside
from sphinx_emrun.bundle.cache import Cache, key
from sphinx_emrun.bundle.contents import Contents, open_contents
from sphinx_emrun.bundle.draft import (
    BundleRequest,
    Draft,
    Prepared,
    described,
    fill,
    make_draft,
    prepare,
    served,
)
from sphinx_emrun.bundle.errors import BundleError, InterpreterError
from sphinx_emrun.bundle.interpreter import try_bundle
from sphinx_emrun.bundle.manifest import File, Library, Manifest, Package
from sphinx_emrun.bundle.progress import Progress

__all__ = [
    "Beside",
    "Bundle",
    "BundleError",
    "BundleRequest",
    "Cache",
    "Contents",
    "Draft",
    "File",
    "InterpreterError",
    "Library",
    "Manifest",
    "Package",
    "Prepared",
    "Progress",
    "finish",
    "make_bundle",
    "make_draft",
    "open_contents",
    "prepare",
]

#: What of others' is served besides Pyodide.
OTHER_THIRD_PARTY = ("xterm/", "licenses/")
#: Our own files for the page; `node/` is for this machine and `py/` travels in the standard library.
SCRIPT, STYLE = ".js", ".css"
NOT_SERVED = {"node", "py"}


@dataclass(frozen=True)
class Bundle:
    """A complete bundle; the folder is never changed."""

    folder: Path
    digest: str
    manifest: Manifest
    draft: Draft


def make_bundle(request: BundleRequest, *, cache: Path, progress: Progress) -> Bundle:
    """Make the bundle, or find it in `cache`: nothing is made twice from the same inputs.

    Parameters and errors are those of `make_draft`.
    """
    return finish(make_draft(request, cache=cache, progress=progress), cache=cache, progress=progress)


def finish(draft: Draft, *, cache: Path, progress: Progress) -> Bundle:
    """Make a draft a bundle: with what a page needs, and compressed.

    :raises InterpreterError: when it does not start as it would in a page.
    """
    entries = Cache(cache.resolve())
    scripts = _static_files(SCRIPT)
    added = _static_files(STYLE) | _third_party_files() | _joined(scripts, entries)
    if draft.manifest.snapshot:
        digest = draft.manifest.files[snapshot.NAME].sha256
        added[snapshot.NAME] = snapshot.compressed(draft.folder, digest, cache=entries, progress=progress)
    manifest = dataclasses.replace(
        draft.manifest,
        files=draft.manifest.files | {path: described(file) for path, file in added.items()},
        code=code.loaded_by_run(scripts),
        offline=draft.request.offline,
    )
    sources = {path: draft.folder / path for path in draft.manifest.files} | added
    folder, digest = _assembled(manifest, sources, entries, progress)
    return Bundle(folder, digest, manifest, draft)


def _static_files(suffix: str) -> dict[str, Path]:
    folder = resources.static_dir()
    files = {file.relative_to(folder): file for file in folder.rglob(f"*{suffix}")}
    return {path.as_posix(): file for path, file in files.items() if path.parts[0] not in NOT_SERVED}


def _joined(scripts: Mapping[str, Path], cache: Cache) -> dict[str, Path]:
    texts = code.joined(scripts)

    def make(folder: Path) -> None:
        for path, text in texts.items():
            (folder / path).write_text(text, encoding="utf-8", newline="")

    folder = cache.entry("scripts", key(texts), make)
    return {path: folder / path for path in texts}


def _third_party_files() -> dict[str, Path]:
    folder = resources.third_party_dir()
    paths = [path for path in resources.third_party_hashes() if path.startswith(OTHER_THIRD_PARTY)]
    return {served(path): folder / path for path in paths}


def _assembled(
    manifest: Manifest,
    sources: Mapping[str, Path],
    cache: Cache,
    progress: Progress,
) -> tuple[Path, str]:
    """The folder of the bundle, and the digest that names it."""

    def make(folder: Path) -> None:
        fill(folder, sources, manifest)
        with progress("trying the interpreter"):
            try_bundle(folder)

    return cache.entry("bundle", manifest.digest, make), manifest.digest
