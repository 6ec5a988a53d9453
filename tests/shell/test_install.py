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


@pytest.mark.parametrize("word", [".", "./", "../{NAME}", ".[cli]"])
def test_a_project_is_installed(folder: Path, environment: dict[str, str], word: str) -> None:
    build(write_project(folder.parent / "released", "dep"), folder.parent / "wheels")
    write_project(folder, "lib", more='[project.optional-dependencies]\ncli = ["dep"]\n')
    before = state_of(folder)
    links = ("--no-index", "--find-links", "../wheels")
    done = install(environment, *links, word.replace("{NAME}", folder.name))
    assert done.returncode == 0, done.stderr
    after = state_of(folder)
    assert {path for path in after.keys() - before.keys() if not path.startswith("packages")} == set()
    assert {name: after[name] for name in before} == before
    assert (folder / "packages/lib/__init__.py").exists()
    assert (folder / "packages/dep/__init__.py").exists() == ("cli" in word)


def test_a_name_without_a_wheel_is_explained(folder: Path, environment: dict[str, str]) -> None:
    project = write_project(folder / "new", "new", more='[tool.backend]\ntag = "cp314-cp314-win_arm64"\n')
    build(project, folder / "wheels")
    done = install(environment, "--no-index", "--find-links", "./wheels", "new")
    assert done.returncode == 1
    sentence = (
        "sphinx-emrun: error: new has no wheel for the interpreter of the page (CPython 3.14 on"
    )
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--quiet",)])
def test_nothing_to_install_is_an_error(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    done = install(environment, *arguments)
    assert (done.returncode, "a requirement is wanted" in done.stderr) == (2, True)
