"""Wheels of packages of which there are only sources, on an index or elsewhere: pure ones can be built."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.requirements import Requirement

from sphinx_emrun.bundle.archive import zip_bytes
from sphinx_emrun.bundle.cache import Cache, key
from sphinx_emrun.bundle.commands import run, uv_command
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.packages import distributions, site_files
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.pure import pure_environment
from sphinx_emrun.bundle.uv_settings import Settings

TAG = re.compile(r"^Tag: *(\S+)", re.MULTILINE)


class NotBuiltError(Exception):
    """A package whose sources make no wheel for the page; the text is uv's."""


class SourceBuilder:
    """Builds wheels from sources that uv finds."""

    def __init__(
        self,
        interpreter: Interpreter,
        settings: Settings,
        options: Sequence[str],
        folder: Path,
        *,
        cache: Cache,
        progress: Progress,
    ) -> None:
        self._interpreter = interpreter
        self._settings = settings
        self._options = options
        self._folder = folder
        self._cache = cache
        self._progress = progress

    def wheel(self, text: str) -> Path:
        """The wheel of a requirement (PEP 508).

        The page's interpreter builds what is on an index: there is no compiler for it, so that an optional
        compiled part is left out, and one that is needed is an error. What is elsewhere is first built with
        this machine's Python, which has git.

        :raises NotBuiltError: with what uv says.
        """
        requirement = Requirement(text)
        pythons = [(str(self._interpreter.executable), pure_environment(self._interpreter))]
        if requirement.url:
            pythons.insert(0, (sys.executable, dict(os.environ)))

        def make(entry: Path) -> None:
            with self._progress(f"building the wheel of {requirement.name} from its source"):
                problem = ""
                for python, environment in pythons:
                    problem = self._build(requirement, python, environment, entry)
                    if not problem:
                        return
                raise NotBuiltError(problem)

        state = key(text, self._interpreter.wanted, self._settings.text, list(self._options))
        return next(self._cache.entry(f"sources/{key(requirement.name)}", state, make).glob("*.whl"))

    def _build(self, requirement: Requirement, python: str, environment: Mapping[str, str], out: Path) -> str:
        """Put the wheel into a folder; returns what is in the way."""
        name = requirement.name
        with (
            tempfile.TemporaryDirectory(prefix="sphinx-emrun-") as temporary,
            self._settings.folder() as project,
        ):
            target = Path(temporary, "target")
            only = ("--only-binary", ":all:", "--no-binary", name, "--no-deps")
            command = uv_command("pip", "install", "--quiet", "--python", python, "--project", project)
            result = run(
                [*command, "--target", target, *only, *self._options, "--", str(requirement)],
                folder=self._folder,
                purpose=f"building the wheel of {name}",
                environment=environment,
            )
            if result.status != 0:
                return result.stderr
            members = site_files(target)
            (package,) = distributions(target)
            metadata = next(path for path in members if path.endswith(".dist-info/WHEEL"))
            tags = TAG.findall(members[metadata].decode())
            fitting = [tag.split("-") for tag in tags if tag.endswith(("-any", self._interpreter.platform))]
            if not fitting:
                return f"The wheel is for {', '.join(tags)}."
            # Compressed tag sets (PyPA: platform compatibility tags).
            tag = "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*fitting, strict=True))
            stem = re.sub(r"[-_.]+", "_", package.name)
            (out / f"{stem}-{package.version}-{tag}.whl").write_bytes(zip_bytes(members))
            return ""
