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

from benchmarks.startup.making import NotMadeError, environment, replace, sphinx
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
#: The kernel's lock, which is off unless asked for; all that the kernel loads is fetched at once, which is
#: faster than one by one.
CONFIG = {
    "LiteBuildConfig": {"no_sourcemaps": True},
    "PyodideLockAddon": {
        "enabled": True,
        "specs": KERNEL,
        "prefetch_extra": ["jedi", "micropip", "piplite"],
    },
}
FONT = r'<link rel="stylesheet"[^>]*href="https://fonts\.googleapis\.com/[^>]*>'


def make(out: Path, program: Program) -> None:
    """Make the site. Raises NotMadeError."""
    with environment(_python(), *PACKAGES) as python, tempfile.TemporaryDirectory() as lite:
        _with_pyodide(Path(lite))
        config = Path(lite, "config.json")
        config.write_text(json.dumps(CONFIG), "utf-8")
        options: dict[str, Any] = {"jupyterlite_dir": lite, "jupyterlite_config": str(config)}
        directive = "replite::\n   :kernel: python\n   :height: 30em\n   :prompt: Try It Live!"
        sphinx(python, out, directive, program, extensions=["jupyterlite_sphinx"], **options)
    replace(out / "index.html", FONT, "")


def _with_pyodide(lite: Path) -> None:
    """Put Pyodide where the kernel's build looks for it.

    Its lock names none of its packages: they are not here, and the kernel's would be had from a CDN.
    """
    pyodide = lite / "static" / "pyodide"
    shutil.copytree(third_party_dir() / "pyodide", pyodide)
    lock = pyodide / "pyodide-lock.json"
    lock.write_text(json.dumps({**json.loads(lock.read_text("utf-8")), "packages": {}}), "utf-8")


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
