"""The project and the further requirements, resolved and installed for the interpreter that ships.

uv asks that interpreter itself for its tags and markers, so that wheels and conditional dependencies are the
right ones.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uv

from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.explain import explain
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.project import wheel_digest

#: Where uv takes settings from besides its options.
SETTINGS = ("pyproject.toml", "uv.toml")


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What is to be installed, and from where relative paths in it and uv's own settings are read."""

    wheel: Path | None
    requirements: tuple[str, ...]
    uv_options: tuple[str, ...]
    folder: Path

    def key(self, interpreter: Interpreter) -> str:
        """A name for the result; a release that appears on the index afterwards does not change it."""
        return key(
            interpreter.wanted,
            None if self.wheel is None else wheel_digest(self.wheel),
            sorted(self.requirements),
            self.uv_options,
            _contents(self.folder, [*self.requirements, *self.uv_options, *SETTINGS]),
            {name: value for name, value in os.environ.items() if name.startswith("UV_")},
        )


def install(
    requirements: Requirements, interpreter: Interpreter, *, cache: Cache, progress: Progress
) -> Path:
    """The folder in which everything is installed, as in ``site-packages``.

    :raises BundleError: naming the requirement that has no wheel for the interpreter, or what else is wrong.
    """
    count = len(requirements.requirements) + (requirements.wheel is not None)

    def make(folder: Path) -> None:
        with progress(f"resolving {count} requirement{'s'[: count > 1]}"):
            _install(requirements, interpreter, folder)

    return cache.entry("installed", requirements.key(interpreter), make)


def install_command(interpreter: Interpreter, target: Path) -> list[str]:
    """What installs into `target` for `interpreter`, but for the requirements."""
    command = [uv.find_uv_bin(), "pip", "install", "--python", str(interpreter.executable)]
    return [*command, "--only-binary", ":all:", "--target", str(target)]


def _install(requirements: Requirements, interpreter: Interpreter, folder: Path) -> None:
    wheel = [] if requirements.wheel is None else [str(requirements.wheel.resolve())]
    command = [*install_command(interpreter, folder), "--quiet", *requirements.uv_options]
    result = subprocess.run(
        [*command, "--", *wheel, *requirements.requirements],
        cwd=requirements.folder,
        env=interpreter.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode != 0:
        raise BundleError(explain(result.stderr, interpreter.wanted))


def _contents(folder: Path, words: Sequence[str]) -> dict[str, object]:
    """Digests of the files, and listings of the folders, that the words of a command may name."""
    contents: dict[str, object] = {}
    for word in words:
        path = folder / word.partition("=")[2] if word.startswith("--") and "=" in word else folder / word
        try:
            if path.is_file():
                contents[word] = file_digest(path)
            elif path.is_dir():
                contents[word] = [(file.name, file.stat().st_mtime_ns) for file in sorted(path.iterdir())]
        except (OSError, ValueError):
            continue  # no path at all: a requirement may hold any character
    return contents
