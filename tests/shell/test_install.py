"""``sphinx-emrun install``: projects, wheels and names, and a sentence where that does not work."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.bundle.projects import build, state_of, write_project

from .conftest import COMMAND

pytestmark = pytest.mark.xdist_group("shell")


def install(environment: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "install", "-t", "packages", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("word", [".", "./", "../lib", ".[cli]"])
def test_a_project_is_installed(
    folder: Path, environment: dict[str, str], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(write_project(folder / "dep", "dep"), folder / "wheels")
    project = write_project(folder / "lib", "lib", more='[project.optional-dependencies]\ncli = ["dep"]\n')
    before = state_of(project)
    monkeypatch.chdir(project)
    done = install(environment, "--no-index", "--find-links", "../wheels", word)
    assert done.returncode == 0, done.stderr
    after = state_of(project)
    assert {name: state for name, state in after.items() if not name.startswith("packages")} == before
    assert "packages/lib/__init__.py" in after
    assert ("packages/dep/__init__.py" in after) == ("cli" in word)


def test_a_name_without_a_wheel_is_explained(folder: Path, environment: dict[str, str]) -> None:
    project = write_project(folder / "new", "new", more='[tool.backend]\ntag = "cp314-cp314-win_arm64"\n')
    build(project, folder / "wheels")
    done = install(environment, "--no-index", "--find-links", "./wheels", "new")
    assert done.returncode == 1
    sentence = "sphinx-emrun: error: new==1.0 has no wheel for the interpreter of the page (CPython 3.14 on"
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--quiet",)])
def test_nothing_to_install_is_an_error(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    done = install(environment, *arguments)
    assert (done.returncode, "a requirement is wanted" in done.stderr) == (2, True)
