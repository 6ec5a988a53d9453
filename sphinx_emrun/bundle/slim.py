"""The interpreter as one site needs it: without what nothing there can use, and with rare parts apart.

``static/node/slim.mjs`` does it: of the WebAssembly's compressed bytes a third, for which nobody waits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle import confined
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.confined import node_binary
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.progress import Progress

#: How long it may take.
SECONDS = 600.0
#: In the bundle, for the parts.
FOLDER = "parts"
WASM = "pyodide.asm.wasm"
#: Emscripten's part of Pyodide.
SCRIPT = "pyodide.asm.mjs"
#: How our scripts may name what Emscripten gives them.
EXPORT = re.compile(r"\b_\w+")
#: Our files that have a part in it, in `static/`.
SCRIPTS = (
    "parts.js",
    "webassembly.js",
    "node/slim.mjs",
    "node/interpreter-module.mjs",
    "node/split.mjs",
    "node/wasm-module.mjs",
)


def slim(
    interpreter: Interpreter, libraries: Sequence[Path], *, cache: Cache, progress: Progress
) -> tuple[Path, dict[str, Path]]:
    """Make the interpreter that goes with `libraries`, the compiled parts of a site's packages.

    :returns: the folder with its WebAssembly and its script; and {path in the bundle: file} of its parts.
    :raises InterpreterError: when it is not the build for which this was written.
    """
    original, static = interpreter.distribution, resources.static_dir()
    used = [*(static / name for name in SCRIPTS), *libraries]
    texts = [file.read_text(encoding="utf-8") for file in static.rglob("*js")]
    names = sorted({name for text in texts for name in EXPORT.findall(text)})
    wanted = {"libraries": [str(file) for file in libraries], "names": names}

    def make(folder: Path) -> None:
        with progress("slimming the interpreter"):
            confined.finished(
                confined.tied([node_binary(), static / "node" / "slim.mjs", original, folder]),
                said=json.dumps(wanted),
                environment=None,
                seconds=SECONDS,
                sentence="The interpreter is not as it was:",
            )

    folder = cache.entry("slim", key(original.name, [file_digest(file) for file in used], names), make)
    return folder, {f"{FOLDER}/{file.name}": file for file in sorted(folder.glob("*.bin"))}
