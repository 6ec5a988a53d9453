"""Builds our distributions and installs them; what the tests in this folder share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
OLDEST_PYTHON = (3, 11)


def uv(*arguments: str | Path, cwd: Path = ROOT) -> str:
    """Run uv; returns what it and its children wrote. Fails with that where uv does."""
    done = try_uv(*arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout
    return done.stdout


def try_uv(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run uv without a virtual environment of its own finding."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return subprocess.run(
        [find_uv_bin(), *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def build(kind: str, tree: Path, out: Path) -> Path:
    """Build the "sdist" or the "wheel" of a source tree into the empty folder ``out``."""
    uv("build", f"--{kind}", "--python", sys.executable, "--out-dir", out, tree)
    (made,) = (path for path in out.iterdir() if path.suffix in {".gz", ".whl"})
    return made


def unpacked(sdist: Path, folder: Path) -> Path:
    """The source tree in an sdist, unpacked below ``folder``."""
    shutil.unpack_archive(sdist, folder)
    (tree,) = folder.iterdir()
    return tree


def wheel_names(wheel: Path) -> set[str]:
    """The paths of the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def sdist_names(sdist: Path) -> set[str]:
    """The paths of the files in an sdist, without its top folder."""
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def environment(folder: Path, python: str, *install: str | Path) -> Path:
    """A new virtual environment in ``folder`` with something installed; returns its folder of programs."""
    uv("venv", "--python", python, folder)
    uv("pip", "install", "--python", folder, *install)
    return folder / "bin"


def newest_python() -> str:
    """The newest CPython that this machine has, of pyenv's, those on the path, and the running one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [str(path) for path in pyenv.glob("versions/*/bin/python")]
    found += filter(None, (shutil.which(f"python3.{minor}") for minor in range(OLDEST_PYTHON[1], 20)))
    versions = {version: python for python in [*found, sys.executable] if (version := python_version(python))}
    return versions[max(versions)]


def python_version(python: str) -> tuple[int, ...] | None:
    """The version of an interpreter, or None where we do not support it (or it is an empty shim)."""
    asking = "import sys; i = sys.version_info; print(sys.implementation.name, i.releaselevel, *i[:3])"
    done = subprocess.run([python, "-c", asking], capture_output=True, text=True, check=False)
    match done.stdout.split():
        case ["cpython", "final", *numbers] if done.returncode == 0:
            version = tuple(map(int, numbers))
            return version if version >= OLDEST_PYTHON else None
    return None
