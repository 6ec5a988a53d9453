"""What is installed, with bytecode of the very interpreter, as images that load when something needs them."""

from __future__ import annotations

import csv
import importlib.metadata
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path, PurePosixPath

from sphinx_emrun.bundle.archive import gzip_bytes, read_zip, zip_bytes
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.manifest import Package
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.stdlib import INSIDE

SITE_PACKAGES = "/lib/python3.14/site-packages/"
TAG = "cpython-314"
#: In the bundle.
FOLDER = "packages"
INDEX = "index.json"
INDEX_PATH = f"{FOLDER}/{INDEX}"
#: Of the images and their index (static/site-packages.js).
LAYOUT = 2
#: Bytes from which on an image gets nothing further.
LARGE = 1 << 21
#: Folders of packages' own tests.
TESTS = {"test", "tests"}
#: What an installer notes for itself: when, by whom and from which path of this machine.
INSTALLERS_NOTES = {"INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}
#: Scripts that start this machine's copy of the interpreter.
SCRIPTS = {"bin", "Scripts"}
#: Bytes of source that make another process worth its start.
SHARE = 1_500_000
MOST_PROCESSES = 4


@dataclass(frozen=True, kw_only=True)
class PackagesImage:
    """The distributions, and {path in the bundle: file} of what holds them."""

    packages: tuple[Package, ...] = ()
    files: dict[str, Path] = field(default_factory=dict)
    #: Where they are installed on this machine.
    installed: Path | None = None


def packages_image(
    installed: Path, interpreter: Interpreter, *, cache: Cache, progress: Progress
) -> PackagesImage:
    """The image of the folder `installed`, whose name is the key of its content."""
    packages = tuple(distributions(installed))
    if not packages:
        return PackagesImage()
    scripts = {file.name: file_digest(file) for file in INSIDE.glob("*.py")}

    def make(folder: Path) -> None:
        members = site_files(installed)
        with progress(f"compiling {len(packages)} package{'s'[: len(packages) > 1]}"):
            bytecode = _bytecode(members, interpreter, folder)
        write_images(members | bytecode, folder)

    folder = cache.entry("packages", key(LAYOUT, installed.name, scripts, interpreter.platform), make)
    files = {f"{FOLDER}/{file.name}": file for file in sorted(folder.glob("[!.]*"))}
    return PackagesImage(packages=packages, files=files, installed=installed)


def write_images(members: Mapping[str, bytes], folder: Path) -> None:
    """Write {path: content} as images, each the gzip of contents one after the other, and their index."""
    images: list[str] = []
    files: dict[str, tuple[int, int, int]] = {}
    for names in _images(members):
        at = 0
        for name in names:
            files[name] = (len(images), at, len(members[name]))
            at += len(members[name])
        image = f"{len(images)}.bin"
        (folder / image).write_bytes(gzip_bytes(b"".join(members[name] for name in names)))
        images.append(f"{FOLDER}/{image}")
    index = {"images": images, "files": files}
    (folder / INDEX).write_text(json.dumps(index, sort_keys=True, separators=(",", ":")))


def _images(members: Mapping[str, bytes]) -> Iterator[list[str]]:
    """The names of the members, by image.

    Each library by itself; what is for one purpose apart from what is for another. Small packages share an
    image, a large one has some, by its folders.
    """
    libraries = sorted(name for name in members if name.endswith(".so"))
    yield from ([name] for name in libraries)
    rest = sorted(members.keys() - libraries, key=lambda name: (_purpose(name), name))
    for _, names in groupby(rest, key=_purpose):
        image: list[str] = []
        for unit in _units(list(names), members):
            image += unit
            if _size(image, members) >= LARGE:
                yield image
                image = []
        if image:
            yield image


def _purpose(name: str) -> int:
    """A number for what reads a file: questions about all packages, imports, tracebacks, hardly anybody."""
    *folders, file = name.split("/")
    if folders and folders[0].endswith(".dist-info"):
        return 0
    if TESTS.intersection(folders):
        return 3
    return 2 if file.endswith(".py") else 1


def _units(names: list[str], members: Mapping[str, bytes]) -> Iterator[list[str]]:
    """What is in one image: packages, but of a large one its folders."""
    for _, found in groupby(names, key=lambda name: name.partition("/")[0]):
        package = list(found)
        if _size(package, members) < LARGE:
            yield package
            continue
        package.sort(key=_folder)
        yield from (list(folder) for _, folder in groupby(package, key=_folder))


def _folder(name: str) -> str:
    """Where it lies, or the source that it is made of."""
    return name.rpartition("/")[0].removesuffix("/__pycache__")


def _size(names: list[str], members: Mapping[str, bytes]) -> int:
    return sum(len(members[name]) for name in names)


def image_of(path: str, index: Path) -> str:
    """The image that holds the file at ``path`` in the interpreter, by itself."""
    found = json.loads(index.read_text())
    image: str = found["images"][found["files"][path.removeprefix(SITE_PACKAGES)][0]]
    return image


def distributions(installed: Path) -> list[Package]:
    """The distributions installed in a folder, by name."""
    found = importlib.metadata.distributions(path=[str(installed)])
    named = sorted((distribution.metadata["Name"], distribution.version) for distribution in found)
    return [Package(name=name, version=version) for name, version in named]


def site_files(installed: Path) -> dict[str, bytes]:
    """The files for the image as {path: content}, the same wherever and whenever they were installed."""
    members = {}
    for file in installed.rglob("*"):
        path = file.relative_to(installed)
        if file.is_file() and _belongs(installed, path):
            members[path.as_posix()] = file.read_bytes()
    for name in [name for name in members if name.endswith(".dist-info/RECORD")]:
        members[name] = _record(members[name], members)
    return members


def _belongs(installed: Path, path: Path) -> bool:
    top = path.parts[0]
    if len(path.parts) == 1:
        return not top.startswith(".")
    if top in SCRIPTS and not (installed / top / "__init__.py").is_file():
        return False
    if top.endswith(".dist-info") and path.name in INSTALLERS_NOTES:
        return False
    return path.parent.name != "__pycache__"


def _record(content: bytes, members: dict[str, bytes]) -> bytes:
    """The lines of a RECORD (PyPA: recording installed projects) for the files in the image, sorted."""
    rows = [row for row in csv.reader(io.StringIO(content.decode())) if row and row[0] in members]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(sorted(rows))
    return stream.getvalue().encode()


def _bytecode(members: dict[str, bytes], interpreter: Interpreter, folder: Path) -> dict[str, bytes]:
    """{path in __pycache__: content} for those of the members that are Python."""
    sources = {name: content for name, content in members.items() if name.endswith(".py")}
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        jobs = [pool.submit(_compile, share, interpreter, folder) for share in _shares(sources)]
        return {_pyc_path(name): content for job in jobs for name, content in job.result().items()}


def _shares(sources: dict[str, bytes]) -> list[dict[str, bytes]]:
    """The sources dealt out to as many processes as their size is worth: on every machine the same."""
    count = max(1, min(MOST_PROCESSES, sum(map(len, sources.values())) // SHARE))
    names = sorted(sources, key=lambda name: (-len(sources[name]), name))
    return [{name: sources[name] for name in names[number::count]} for number in range(count)]


def _compile(sources: dict[str, bytes], interpreter: Interpreter, folder: Path) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(dir=folder) as workplace:
        archive, compiled = Path(workplace, "sources.zip"), Path(workplace, "bytecode.zip")
        archive.write_bytes(zip_bytes(sources, compress=False))
        request = {"source": str(archive), "prefix": SITE_PACKAGES, "out": str(compiled)}
        interpreter.run(INSIDE / "compile_image.py", request | {"names": sorted(sources)})
        return read_zip(compiled.read_bytes())


def _pyc_path(name: str) -> str:
    """Where Python looks for the bytecode of the source `name` (PEP 3147)."""
    path = PurePosixPath(name)
    return str(path.parent / "__pycache__" / f"{path.stem}.{TAG}.pyc")
