"""What cases run on: the CPython of this machine that ours is compared with, and bundles."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uv
from case import Case, read_case

from sphinx_emrun.bundle import BundleRequest, make_bundle

if TYPE_CHECKING:
    from tests.shared import Shared

CASES = sorted(Path(__file__).parent.glob("cases/*.toml"))
#: The first CPython whose prompt is `_pyrepl`.
PROMPT = (3, 13)
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def parameters(files: list[Path]) -> list[object]:
    """Cases as parameters of a test, marked with what they need."""
    return [pytest.param(file, id=file.stem, marks=marks(read_case(file))) for file in files]


def marks(case: Case) -> list[pytest.MarkDecorator]:
    """What a case needs, as marks of a test."""
    needs = [pytest.mark.network] if case.packages else []
    if case.prompt and _newest()[0] < PROMPT:
        needs.append(pytest.mark.skip("CPython's prompt is what it is now since 3.13"))
    return needs


@dataclass(frozen=True)
class Equipment:
    """Made when a case asks for it, and once."""

    shared: Shared

    def python(self, case: Case) -> Path:
        """The newest CPython; where the case needs packages, in an environment that has them."""
        return _environment(self.shared) if case.packages else newest_python()

    def bundle(self, case: Case) -> Path:
        """A bundle, with packages where the case needs them."""
        return _bundle(self.shared, bool(case.packages))


@cache
def _environment(shared: Shared) -> Path:
    def make(folder: Path) -> None:
        command, python = [uv.find_uv_bin(), "--quiet"], folder / "bin" / "python"
        subprocess.run([*command, "venv", "--clear", "--python", newest_python(), folder], check=True)
        subprocess.run([*command, "pip", "install", "--python", python, "-r", REQUIREMENTS], check=True)

    return shared.make("venv", make) / "bin" / "python"


@cache
def _bundle(shared: Shared, packages: bool) -> Path:
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pinned = tuple(line for line in lines if not line.startswith("#")) if packages else ()
    request = BundleRequest(project=None, requirements=pinned)

    def make(folder: Path) -> None:
        bundle = make_bundle(request, cache=shared.folder / "bundle-cache", progress=lambda _: nullcontext())
        shutil.copytree(bundle.folder, folder / bundle.folder.name)

    (folder,) = shared.make(f"bundle:{len(pinned)}", make).iterdir()  # its name is the manifest's digest
    return folder


def newest_python() -> Path:
    """The newest of those that pyenv has installed, else the one that runs the tests."""
    return _newest()[1]


@cache
def _newest() -> tuple[tuple[int, ...], Path]:
    found = [(_version(file), file) for file in Path.home().glob(".pyenv/versions/3.*/bin/python")]
    return max([*found, (tuple(sys.version_info[:3]), Path(sys.executable))])


def _version(executable: Path) -> tuple[int, ...]:
    parts = executable.parents[1].name.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
