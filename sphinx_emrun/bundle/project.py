"""The documented project's wheel, built from its tree as it is now."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import uv

from sphinx_emrun.bundle.cache import Cache, key
from sphinx_emrun.bundle.errors import BundleError, with_detail
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.tree import tree_signature

INSTEAD = "set emrun_project to a wheel that is, or to None"


def project_wheel(project: Path, interpreter: Interpreter, *, cache: Cache, progress: Progress) -> Path:
    """The wheel of `project`: the file itself where it is one, else what `uv build` makes of the folder.

    :raises BundleError: when there is no project, it does not build, or its wheel is for another platform.
    """
    wheel = project if project.suffix == ".whl" else _built(project, cache, progress)
    _check_tags(wheel, interpreter)
    return wheel


def wheel_digest(wheel: Path) -> str:
    """A digest of what a wheel holds, whatever the times in its archive.

    :raises BundleError: when it is not a wheel.
    """
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                content = hashlib.sha256(archive.read(name)).hexdigest()
                digest.update(f"{name}\0{content}\n".encode())
    except (OSError, zipfile.BadZipFile) as error:
        raise BundleError(f"{wheel} cannot be read as a wheel ({error}): {INSTEAD}.") from None
    return digest.hexdigest()


def _built(project: Path, cache: Cache, progress: Progress) -> Path:
    if not any((project / name).is_file() for name in ("pyproject.toml", "setup.py")):
        raise BundleError(f"{project} holds no pyproject.toml, so no wheel can be built from it: {INSTEAD}.")

    def make(folder: Path) -> None:
        with progress(f"building the wheel of {project.name}"):
            _build(project, folder)

    folder = cache.entry("project", key(str(project.resolve()), tree_signature(project)), make)
    return next(folder.glob("*.whl"))


def _build(project: Path, folder: Path) -> None:
    command = [uv.find_uv_bin(), "build", "--wheel", "--python", sys.executable]
    result = subprocess.run(
        [*command, "--out-dir", folder, "--", "."],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode != 0 or not list(folder.glob("*.whl")):
        remedy = f"make `uv build --wheel` work there, or {INSTEAD}"
        sentence = f"The wheel of {project} cannot be built: {remedy}. uv said:"
        raise BundleError(with_detail(sentence, result.stderr))


def _check_tags(wheel: Path, interpreter: Interpreter) -> None:
    """Check the platform in the file name (PyPA: binary distribution format); uv checks the rest."""
    parts = wheel.name.removesuffix(".whl").split("-")
    if not wheel.is_file() or len(parts) < 5:
        raise BundleError(f"{wheel} is not a wheel: {INSTEAD}.")
    if {"any", interpreter.platform}.isdisjoint(parts[-1].split(".")):
        raise BundleError(
            f"{wheel.name} is compiled for {'-'.join(parts[-3:])}, not for the interpreter of the page"
            f" ({interpreter.wanted}): {INSTEAD}."
        )
