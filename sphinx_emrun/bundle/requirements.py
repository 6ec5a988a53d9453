"""What is wanted, resolved and installed for the interpreter that ships.

uv asks that interpreter itself for its tags and markers, so that wheels and conditional dependencies are the
right ones. Wheels come first; of what has none that fits, one is built.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.commands import Result, run, uv_command
from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.explain import explain, lacking_wheel, not_built
from sphinx_emrun.bundle.from_source import NotBuiltError, SourceBuilder
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.uv_settings import Settings, read_settings
from sphinx_emrun.bundle.wanted import Wanted
from sphinx_emrun.bundle.workspace import workspace_root

#: What uv calls the project that stands for all requirements.
ROOT = "sphinx-emrun-requirements"


@dataclass(frozen=True, kw_only=True)
class Installation:
    """How something is installed."""

    interpreter: Interpreter
    settings: Settings
    #: Of uv; relative paths in them are relative to the folder.
    options: tuple[str, ...]
    folder: Path
    sources: SourceBuilder

    def key(self, wanted: Wanted) -> str:
        """A name for the result; a release that appears on the index afterwards does not change it."""
        return key(
            self.interpreter.wanted,
            wanted.identity(),
            self.settings.text,
            self.options,
            _contents(self.folder, self.options),
            {name: value for name, value in os.environ.items() if name.startswith("UV_")},
        )


def prepare(
    project: Path | None,
    interpreter: Interpreter,
    options: Sequence[str],
    folder: Path,
    *,
    cache: Cache,
    progress: Progress,
) -> Installation:
    """How a project's requirements are installed: with its settings of uv, or those of the folder.

    :param options: of uv; relative paths in them are relative to the folder.
    """
    at = folder if project is None else project if project.is_dir() else project.parent
    settings = read_settings(workspace_root(at) or at)
    sources = SourceBuilder(interpreter, settings, options, folder, cache=cache, progress=progress)
    return Installation(
        interpreter=interpreter, settings=settings, options=tuple(options), folder=folder, sources=sources
    )


def install(wanted: Wanted, how: Installation, *, cache: Cache, progress: Progress) -> Path:
    """The folder in which everything is installed, as in ``site-packages``.

    :raises BundleError: naming the requirement that has no wheel for the interpreter, or what else is wrong.
    """
    count = len(wanted.requirements)

    def make(folder: Path) -> None:
        with progress(f"resolving {count} requirement{'s'[: count > 1]}"):
            install_into(folder, wanted, how)

    return cache.entry("installed", how.key(wanted), make)


def install_into(target: Path, wanted: Wanted, how: Installation, *more: str) -> str:
    """Install into a folder; returns what uv has said.

    :param more: further arguments of uv's.
    :raises BundleError: as `install`.
    """
    wheels: dict[str, Path] = {}
    while (result := _attempt(target, wanted, how, wheels, more)).status != 0:
        lacking = lacking_wheel(result.stderr)
        sentence = explain(result.stderr, how.interpreter.wanted)
        if lacking is None or lacking in wheels:
            raise BundleError(sentence)
        try:
            wheels[lacking] = how.sources.wheel(lacking)
        except NotBuiltError as problem:
            raise BundleError(not_built(sentence, str(problem))) from None
    return result.stderr


def _attempt(
    target: Path, wanted: Wanted, how: Installation, wheels: dict[str, Path], more: Sequence[str]
) -> Result:
    references = wanted.references()
    given = how.settings.tables
    overrides = [text for text in given.get("override-dependencies", []) if _name(text) not in references]
    links = [*given.get("find-links", []), *(wheel.parent.as_uri() for wheel in wheels.values())]
    settings = Settings({**given, "override-dependencies": overrides, "find-links": links})
    settings = settings.with_indexes(wanted.indexes)
    requirements = ", ".join(json.dumps(text) for text in wanted.requirements)
    project = f'[project]\nname = "{ROOT}"\nversion = "0"\ndependencies = [{requirements}]\n'
    only = ["--only-binary", ":all:", *(f"--no-binary={name}" for name in sorted(wanted.sources()))]
    theirs = os.environ.get("UV_OVERRIDE", "").split()
    with settings.folder(project) as folder:
        file = folder / "overrides.txt"
        file.write_text("\n".join(references.values()), "utf-8")
        command = uv_command("pip", "install", "--python", how.interpreter.executable, "--project", folder)
        command += ["--no-compile-bytecode", "--target", str(target), *only, *how.options]
        command += [f"--overrides={path}" for path in (file, *theirs)]  # the option hides the variable
        result = run(
            [*command, "--requirements", folder / "pyproject.toml", *more],
            folder=how.folder,
            purpose="resolving the requirements",
            environment=how.interpreter.environment(),
        )
    return dataclasses.replace(result, stderr=result.stderr.replace(f"{ROOT} depends on", "you require"))


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    return canonicalize_name(found[0]) if found else ""


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
            continue  # no path at all
    return contents
