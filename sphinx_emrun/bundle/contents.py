"""What a bundle holds, in bytes: by part, by package, and by the module that brought it into the snapshot."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from sphinx_emrun import resources
from sphinx_emrun.bundle import code, confined, slim, snapshot, stdlib
from sphinx_emrun.bundle import manifest as manifests
from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.manifest import Manifest
from sphinx_emrun.bundle.packages import FOLDER, INDEX_PATH

#: When a reader loads a part: with the page, before the first output, when a program reads it, or never.
When = Literal["page", "run", "later", "never"]
WASM = "pyodide/pyodide.asm.wasm"
#: The same compressed, for hosts that send files as they are.
COMPRESSED_WASM = "pyodide/pyodide.asm.bin"
SIZES = "sizes.json"
#: How long compressing may take, to tell its size.
SECONDS = 600.0
STYLE = "emrun.css"
#: Folders of what is loaded when a program needs it.
RARE = {FOLDER: "packages", slim.FOLDER: "Python: parts for few programs"}


@dataclass(frozen=True, kw_only=True)
class Size:
    """In bytes: as it lies there, and compressed on its way by a host, by gzip or by brotli."""

    raw: int
    gzip: int
    brotli: int

    def __add__(self, other: Size) -> Size:
        return Size(raw=self.raw + other.raw, gzip=self.gzip + other.gzip, brotli=self.brotli + other.brotli)


NOTHING = Size(raw=0, gzip=0, brotli=0)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Files that are loaded for one purpose."""

    name: str
    when: When
    size: Size


@dataclass(frozen=True, kw_only=True)
class Share:
    """The modules that are in the snapshot for the sake of the module `asked` ("": of Python's start)."""

    asked: str
    modules: tuple[str, ...]
    #: Of the snapshot's bytes, its part by the memory that it takes.
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a bundle holds."""

    parts: tuple[Part, ...]
    packages: tuple[Part, ...]
    shares: tuple[Share, ...]

    def first_parts(self) -> list[Part]:
        """All that a reader loads until a block that imports nothing has printed something."""
        return [part for part in self.parts if part.when in {"page", "run"}]

    def before_output(self) -> Size:
        """How much that is."""
        return sum((part.size for part in self.first_parts()), NOTHING)


def open_contents(folder: Path, cache: Cache | None = None) -> Contents:
    """What the bundle in `folder` holds.

    :param cache: keeps the sizes, which take a second to find out.
    :raises ValueError: when there is none that this version has made.
    :raises InterpreterError: when what compresses the files does not work.
    """
    try:
        manifest = Manifest.from_json((folder / manifests.NAME).read_text(encoding="utf-8"))
    except OSError as problem:
        raise ValueError(str(problem)) from None
    for path in manifest.shared.values():
        if not (folder / path).is_file():
            file = os.path.normpath(folder / path)
            raise ValueError(f"{file} is missing: the site shares it with other versions, and loads it.")
    if cache is None:
        with tempfile.TemporaryDirectory() as workplace:
            _measure(manifest, folder, Path(workplace))
            sizes = _read_sizes(Path(workplace))
    else:
        sizes = _read_sizes(cache.entry("sizes", folder.name, lambda out: _measure(manifest, folder, out)))
    grouped: dict[tuple[str, When], Size] = {}
    for path in sorted(sizes["files"]):
        if path != COMPRESSED_WASM:
            purpose = _purpose(path, manifest)
            grouped[purpose] = grouped.get(purpose, NOTHING) + sizes["files"][path]
    packages = sizes["packages"].items()
    return Contents(
        parts=tuple(Part(name=name, when=when, size=size) for (name, when), size in grouped.items()),
        packages=tuple(Part(name=name, when="later", size=size) for name, size in packages),
        shares=tuple(_shares(folder / manifest.place(snapshot.SHARES), sizes["files"])),
    )


def _measure(manifest: Manifest, folder: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as workplace:
        packages = {
            name: _written(content, Path(workplace, str(number)))
            for number, (name, content) in enumerate(_distributions(manifest, folder))
        }
        files = {path: folder / manifest.place(path) for path in (*manifest.files, manifests.NAME)}
        sizes = {"files": _sizes(files), "packages": _sizes(packages)}
    # Whatever the host does: where it does not compress this one, a page takes the other.
    compressed, wasm = sizes["files"][COMPRESSED_WASM], sizes["files"][WASM]
    sizes["files"][WASM] = replace(wasm, gzip=compressed.raw)
    (out / SIZES).write_text(json.dumps(sizes, default=asdict), encoding="utf-8")


def _read_sizes(folder: Path) -> dict[str, dict[str, Size]]:
    found = json.loads((folder / SIZES).read_bytes())
    return {kind: {name: Size(**size) for name, size in named.items()} for kind, named in found.items()}


def _purpose(path: str, manifest: Manifest) -> tuple[str, When]:
    starting: When = "later" if manifest.snapshot else "run"
    match path:
        case _ if path in (*code.WITH_THE_PAGE, STYLE):
            return "the page's scripts and style", "page"
        case _ if path in manifest.code or path == manifests.NAME:
            return "the scripts of sessions, and the terminal", "run"
        case _ if path in (WASM, COMPRESSED_WASM):
            return "Python: WebAssembly", "run"
        case _ if path.startswith("pyodide/"):
            return "Python: JavaScript", "run"
        case snapshot.NAME:
            return "Python: memory snapshot", "run"
        case stdlib.NAME:
            return "standard library", starting
        case _ if path in {library.front or library.image for library in manifest.libraries}:
            return "compiled modules of the snapshot", "run"
        case _ if rare := RARE.get(path.partition("/")[0]):
            return rare, "later"
        case "sw.js":
            return "relay, on hosts without isolation headers", "later"
    return "licences and lists", "never"


def _written(content: bytes, file: Path) -> Path:
    file.write_bytes(content)
    return file


def _distributions(manifest: Manifest, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The content of each distribution's files, by its name and version."""
    if not manifest.index:
        return
    index = json.loads((folder / manifest.place(INDEX_PATH)).read_bytes())
    images = [gzip.decompress((folder / manifest.place(image)).read_bytes()) for image in index["images"]]
    content = {
        path: images[image][start : start + size] for path, (image, start, size) in index["files"].items()
    }
    for record in sorted(path for path in content if path.endswith(".dist-info/RECORD")):
        listed = [row[0] for row in csv.reader(io.StringIO(content[record].decode())) if row]
        name, _, version = record.removesuffix(".dist-info/RECORD").rpartition("-")
        cached = [path for path in content if "/__pycache__/" in f"/{path}" and _source(path) in listed]
        yield f"{name} {version}", b"".join(content[path] for path in (*listed, *cached))


def _source(path: str) -> str:
    """The source of the bytecode file at `path`."""
    folder, _, name = path.rpartition("__pycache__/")
    return f"{folder}{name.partition('.')[0]}.py"


def _sizes(files: Mapping[str, Path]) -> dict[str, Size]:
    script = resources.static_dir() / "node" / "compress.mjs"
    result = confined.finished(
        confined.tied([confined.node_binary(), script]),
        said=json.dumps([str(file) for file in files.values()]),
        environment=None,
        seconds=SECONDS,
        sentence="The files cannot be compressed:",
    )
    return {
        path: Size(raw=file.stat().st_size, gzip=compressed, brotli=smaller)
        for (path, file), (compressed, smaller) in zip(files.items(), json.loads(result), strict=True)
    }


def _shares(file: Path, sizes: Mapping[str, Size]) -> Iterator[Share]:
    try:
        found = json.loads(file.read_bytes())
    except OSError:  # there is no snapshot
        return
    all_of_it = sum(share["bytes"] for share in found)
    for share in found:
        part = sizes[snapshot.NAME].raw * share["bytes"] // all_of_it
        yield Share(asked=share["asked"], modules=tuple(share["modules"]), bytes=part)
