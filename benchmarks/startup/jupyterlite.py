"""JupyterLite's REPL, as `replite` of jupyterlite-sphinx has it, with everything from the site itself."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.startup.making import NotMadeError, add_to_lock, environment, replace, sphinx
from sphinx_emrun.resources import third_party_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.startup.programs import Program

#: Those that the lock tool runs with; the newest is taken.
PYTHONS = ("3.14", "3.13", "3.12")
PACKAGES = (
    "jupyterlite-sphinx==0.23.0",
    "jupyterlite-core==0.8.6",
    "jupyterlite-pyodide-kernel[lock]==0.8.6",
)
#: What the kernel loads, besides what comes with it; the rest is what they need.
KERNEL = ("comm==0.2.3", "ipython==9.18.1", "jedi==0.20.1", "micropip==0.11.1")
CONFIG = {"LiteBuildConfig": {"no_sourcemaps": True}}
#: The kernel's lock, which is off unless asked for; all that the kernel loads is fetched at once, which is
#: faster than one by one.
LOCK = {"enabled": True, "specs": KERNEL, "prefetch_extra": ["jedi", "micropip", "piplite"]}
FONT = r'<link rel="stylesheet"[^>]*href="https://fonts\.googleapis\.com/[^>]*>'


def make(out: Path, program: Program) -> None:
    """Make the site. Raises NotMadeError."""
    with environment(_python(), *PACKAGES) as python, tempfile.TemporaryDirectory() as lite:
        packages = _with_pyodide(Path(lite), program)
        config = Path(lite, "config.json")
        lock = {**LOCK, "patches": {"packages": packages}}
        config.write_text(json.dumps({**CONFIG, "PyodideLockAddon": lock}), "utf-8")
        options: dict[str, Any] = {"jupyterlite_dir": lite, "jupyterlite_config": str(config)}
        directive = "replite::\n   :kernel: python\n   :height: 30em\n   :prompt: Try It Live!"
        sphinx(python, out, directive, program, extensions=["jupyterlite_sphinx"], **options)
    replace(out / "index.html", FONT, "")


def _with_pyodide(lite: Path, program: Program) -> dict[str, Any]:
    """Put Pyodide, with the program's packages, where the kernel's build looks for it; their entries.

    They are added to the lock when it is made: the tool that makes it does not know today's platform tags.
    Pyodide's own names no packages: they are not here, and the kernel's would be had from a CDN.
    """
    pyodide = lite / "static" / "pyodide"
    shutil.copytree(third_party_dir() / "pyodide", pyodide)
    names = add_to_lock(pyodide, program.requirements)
    file = pyodide / "pyodide-lock.json"
    lock = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**lock, "packages": {}}), "utf-8")
    entries = ((name, lock["packages"][name]) for name in names)
    return {name: {**entry, "file_name": f"../pyodide/{entry['file_name']}"} for name, entry in entries}


def _python() -> str | Path:
    """An interpreter with which JupyterLite can be built. Raises NotMadeError."""
    found = next(filter(_has_pip, itertools.chain.from_iterable(map(_pythons, PYTHONS))), None)
    if found is None:
        raise NotMadeError(f"its lock tool needs Python {', '.join(PYTHONS)}: none was found.")
    return found


def _pythons(version: str) -> Iterator[str | Path]:
    on_path = shutil.which(f"python{version}")
    if on_path is not None:
        yield on_path
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from root.glob(f"versions/{version}.*/bin/python")


def _has_pip(python: str | Path) -> bool:
    """Whether it runs, which not all of pyenv's shims do, and makes environments, which Debian's may not."""
    command = [python, "-c", "import ensurepip"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
