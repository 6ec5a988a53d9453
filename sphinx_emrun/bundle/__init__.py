"""The bundle: all that a site serves so that its pages can run Python, in one folder named by its content."""

from __future__ import annotations

import dataclasses
import hashlib
import posixpath
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle import code, packages, snapshot, stdlib
from sphinx_emrun.bundle import manifest as manifests
from sphinx_emrun.bundle.archive import gzip_bytes
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.contents import COMPRESSED_WASM, WASM, Contents, open_contents
from sphinx_emrun.bundle.errors import BundleError, InterpreterError
from sphinx_emrun.bundle.interpreter import Interpreter, find_interpreter, try_bundle
from sphinx_emrun.bundle.manifest import File, Library, Manifest, Package
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.project import project_wheel
from sphinx_emrun.bundle.requirements import Requirements, install

__all__ = [
    "Bundle",
    "BundleError",
    "BundleRequest",
    "Cache",
    "Contents",
    "File",
    "InterpreterError",
    "Library",
    "Manifest",
    "Package",
    "Progress",
    "make_bundle",
    "open_contents",
]

#: What a page loads of the Pyodide distribution: its standard library is replaced by ours, its lock file
#: by an empty one, its WebAssembly by the interpreter's.
PYODIDE = ("pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs")
OTHER_THIRD_PARTY = ("xterm/", "licenses/")
#: Many hosts send `.mjs` under a type that browsers refuse for a script, none sends `.js` so.
SUFFIXES = {".mjs": ".js"}
#: Our own files for the page; `node/` is for this machine and `py/` travels in the standard library.
SCRIPT, STYLE = ".js", ".css"
NOT_SERVED = {"node", "py"}
#: Hexadecimal digits of the manifest's SHA-256 that name the folder.
DIGEST_LENGTH = 16


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
class Bundle:
    """A complete bundle; the folder is never changed."""

    folder: Path
    digest: str
    manifest: Manifest
    #: Modules that could not be imported into the snapshot, with the reason.
    refused: Mapping[str, str]
    #: Where the packages in it are installed on this machine, if there are any.
    installed: Path | None


def make_bundle(request: BundleRequest, *, cache: Path, progress: Progress) -> Bundle:
    """Make the bundle, or find it in `cache`: nothing is made twice from the same inputs.

    :param cache: a folder that lasts from one build of the site to the next.
    :param progress: shows the steps that take long; not called when there is nothing to do.
    :raises BundleError: when the project or a requirement is in the way; the message is for the author.
    :raises sphinx_emrun.resources.ResourceError: when our own installation is not complete.
    """
    hashes = resources.verify_third_party()
    entries = Cache(cache.resolve())
    interpreter = find_interpreter(entries)
    library = stdlib.standard_library(request.stdlib, interpreter, cache=entries, progress=progress)
    image = _packages(request, interpreter.starting_from(library.image), entries, progress)
    scripts = _static_files(SCRIPT)
    sources = _static_files(STYLE) | _third_party_files(hashes) | {stdlib.NAME: library.image}
    sources |= _joined(scripts, entries)
    sources |= _wasm(interpreter.distribution / posixpath.basename(WASM), entries, progress)
    sources |= image.files
    manifest = Manifest(
        python=interpreter.python,
        pyodide=library.pyodide,
        platform=interpreter.platform,
        files={path: _described(file) for path, file in sources.items()},
        code=code.loaded_by_run(scripts),
        stdlib=stdlib.NAME,
        index=packages.INDEX_PATH if image.packages else "",
        packages=image.packages,
        offline=request.offline,
    )
    refused: dict[str, str] = {}
    if request.snapshot is not None:
        made = snapshot.snapshot(request.snapshot, manifest, sources, cache=entries, progress=progress)
        refused = made.refused
        added = {snapshot.NAME: made.file, snapshot.SHARES: made.shares}
        sources |= added
        files = manifest.files | {path: _described(file) for path, file in added.items()}
        libraries = [
            Library(path=path, image=packages.image_of(path, sources[packages.INDEX_PATH]))
            for path in made.libraries
        ]
        manifest = dataclasses.replace(
            manifest, snapshot=snapshot.NAME, libraries=tuple(libraries), files=files
        )
    folder, digest = _assembled(manifest, sources, entries, progress)
    return Bundle(folder, digest, manifest, refused, image.installed)


def _wasm(file: Path, cache: Cache, progress: Progress) -> dict[str, Path]:
    def make(folder: Path) -> None:
        with progress("compressing the interpreter"):
            (folder / "wasm.gz").write_bytes(gzip_bytes(file.read_bytes(), level=9))

    compressed = cache.entry("compressed", key(file_digest(file)), make) / "wasm.gz"
    return {WASM: file, COMPRESSED_WASM: compressed}


def _packages(
    request: BundleRequest, interpreter: Interpreter, cache: Cache, progress: Progress
) -> packages.PackagesImage:
    wheel = None
    folder = Path.cwd()
    if request.project is not None:
        folder = request.project if request.project.is_dir() else request.project.parent
        wheel = project_wheel(request.project, interpreter, cache=cache, progress=progress)
    if wheel is None and not request.requirements:
        return packages.PackagesImage()
    wanted = Requirements(
        wheel=wheel, requirements=request.requirements, uv_options=request.uv_options, folder=folder
    )
    installed = install(wanted, interpreter, cache=cache, progress=progress)
    return packages.packages_image(installed, interpreter, cache=cache, progress=progress)


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


def _third_party_files(hashes: Iterable[str]) -> dict[str, Path]:
    folder = resources.third_party_dir()
    paths = [path for path in hashes if path in PYODIDE or path.startswith(OTHER_THIRD_PARTY)]
    return {_served(path): folder / path for path in paths}


def _served(path: str) -> str:
    """The name under which a site serves the third-party file `path`."""
    stem, suffix = posixpath.splitext(path)
    return stem + SUFFIXES.get(suffix, suffix)


def _described(file: Path) -> File:
    return File(size=file.stat().st_size, sha256=file_digest(file))


def _assembled(
    manifest: Manifest,
    sources: Mapping[str, Path],
    cache: Cache,
    progress: Progress,
) -> tuple[Path, str]:
    """The folder of the bundle, and the digest that names it."""
    text = manifest.to_json()
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]

    def make(folder: Path) -> None:
        for path, file in sources.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        (folder / manifests.NAME).write_text(text, encoding="utf-8")
        with progress("trying the interpreter"):
            try_bundle(folder)

    return cache.entry("bundle", digest, make), digest
