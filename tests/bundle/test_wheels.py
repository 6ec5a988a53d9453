"""A wheel holds what the author has now; building one leaves the author's tree as it was."""

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.tree import read_tree
from sphinx_emrun.bundle.uv_settings import Settings
from sphinx_emrun.bundle.wheels import Builder
from tests.bundle.conftest import Steps
from tests.bundle.projects import commit, git, state_of, write, write_project


@dataclass
class Workshop:
    """Builds wheels, and sees to it that nothing else changes."""

    interpreter: Interpreter
    cache: Cache
    steps: Steps
    #: All that belongs to the author.
    top: Path

    def build(self, project: Path) -> dict[str, bytes]:
        """The files of the wheel, without its metadata."""
        before = state_of(self.top)
        builder = Builder(self.interpreter, Settings({}), cache=self.cache, progress=self.steps)
        wheel = builder.wheel(project)
        assert state_of(self.top) == before
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if ".dist-info/" not in name and name[-1] != "/"]
            return {name: archive.read(name) for name in names}

    def version(self, project: Path) -> str:
        builder = Builder(self.interpreter, Settings({}), cache=self.cache, progress=self.steps)
        return builder.wheel(project).name.split("-")[1]


@pytest.fixture
def workshop(tmp_path: Path, interpreter: Interpreter, steps: Steps) -> Workshop:
    (tmp_path / "top").mkdir()
    return Workshop(interpreter, Cache(tmp_path / "cache"), steps, tmp_path / "top")


def backend(**settings: object) -> str:
    lines = [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join(["[tool.backend]", *lines]) + "\n"


def test_a_build_writes_nothing_into_the_tree_and_is_not_repeated(workshop: Workshop) -> None:
    project = write_project(workshop.top / "lib", "lib", more=backend(write='"lib/_version.py"'))
    assert sorted(workshop.build(project)) == ["lib/__init__.py", "lib/_version.py"]
    workshop.build(project)
    assert workshop.steps == ["building the wheel of lib"]


def test_a_damaged_wheel_of_the_cache_is_built_again(workshop: Workshop) -> None:
    project = write_project(workshop.top / "lib", "lib")
    meant = workshop.build(project)
    (wheel,) = workshop.cache.root.rglob("*.whl")
    content = bytearray(wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)
    assert workshop.build(project) == meant
    assert len(workshop.steps) == 2


def test_a_step_names_the_project_and_not_its_folder(workshop: Workshop) -> None:
    workshop.build(write_project(workshop.top / "html", "lib"))
    assert workshop.steps == ["building the wheel of lib"]


@pytest.mark.parametrize("checkout", [False, True])
def test_prose_that_no_build_reads_makes_no_new_wheel(workshop: Workshop, checkout: bool) -> None:
    project = write_project(workshop.top / "lib", "lib")
    write(project, {"docs/index.md": "one\n", "tests/test_lib.py": ""})
    if checkout:
        commit(project)
    workshop.build(project)
    write(project, {"docs/index.md": "two\n", "tests/test_lib.py": "1\n"})
    workshop.build(project)
    assert workshop.steps == ["building the wheel of lib"]


def test_prose_that_the_build_reads_makes_a_new_wheel(workshop: Workshop) -> None:
    more = backend(include='{ "lib/guide.md" = "docs/index.md" }')
    project = write_project(workshop.top / "lib", "lib", more=more)
    write(project, {"docs/index.md": "one\n", "docs/other.md": "one\n"})
    assert workshop.build(project)["lib/guide.md"] == b"one\n"
    write(project, {"docs/other.md": "two\n"})
    workshop.build(project)
    assert len(workshop.steps) == 1
    write(project, {"docs/index.md": "two\n"})
    assert workshop.build(project)["lib/guide.md"] == b"two\n"


def test_where_the_file_system_does_not_tell_everything_counts_as_read(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sphinx_emrun.bundle.replica._tells_accesses", lambda _folder: False)
    project = write(write_project(workshop.top / "lib", "lib"), {"docs/index.md": "one\n"})
    workshop.build(project)
    write(project, {"docs/index.md": "two, and longer\n"})
    workshop.build(project)
    assert len(workshop.steps) == 2


def test_what_git_ignores_and_the_backend_packs_makes_a_new_wheel(workshop: Workshop) -> None:
    project = write_project(workshop.top / "lib", "lib")
    write(project, {".gitignore": "_generated.py\n", "lib/_generated.py": "one = 1\n"})
    commit(project)
    assert workshop.build(project)["lib/_generated.py"] == b"one = 1\n"
    write(project, {"lib/_generated.py": "two = 2\n"})
    assert workshop.build(project)["lib/_generated.py"] == b"two = 2\n"


@pytest.mark.parametrize("checkout", [False, True])
@pytest.mark.parametrize("path", ["../shared/data.txt", "../README.md", "link/data.txt", "link.txt"])
def test_what_is_outside_the_project_and_packed_makes_a_new_wheel(
    workshop: Workshop, checkout: bool, path: str
) -> None:
    write(workshop.top, {"shared/data.txt": "one\n", "README.md": "one\n"})
    more = backend(include=f'{{ "lib/packed.txt" = "{path}" }}')
    project = write_project(workshop.top / "lib", "lib", more=more)
    (project / "link").symlink_to("../shared")
    (project / "link.txt").symlink_to(workshop.top / "shared" / "data.txt")
    if checkout:
        commit(workshop.top)
    assert workshop.build(project)["lib/packed.txt"] == b"one\n"
    write(workshop.top, {"shared/data.txt": "two\n", "README.md": "two\n"})
    assert workshop.build(project)["lib/packed.txt"] == b"two\n"


def test_a_large_file_is_not_copied(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sphinx_emrun.bundle.replica.LARGE", 10)
    more = backend(include='{ "lib/packed.txt" = "data.txt" }')
    project = write_project(workshop.top / "lib", "lib", more=more)
    write(project, {"data.txt": "one, and more than that\n"})
    assert workshop.build(project)["lib/packed.txt"] == b"one, and more than that\n"
    write(project, {"data.txt": "two, and more than that\n"})
    assert workshop.build(project)["lib/packed.txt"] == b"two, and more than that\n"


def test_a_build_inside_a_hook_of_git_finds_its_own_checkout(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write(workshop.top / "other", {"x.txt": ""})
    commit(other)
    project = write_project(workshop.top / "lib", "lib")
    write(project, {".gitignore": "lib/_generated.py\n", "lib/_generated.py": ""})
    commit(project)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert workshop.build(project).keys() == {"lib/__init__.py", "lib/_generated.py"}
    assert read_tree(project).root == project


def test_going_back_needs_no_new_wheel(workshop: Workshop) -> None:
    project = write_project(workshop.top / "lib", "lib")
    module = project / "lib" / "__init__.py"
    original = (module.read_bytes(), module.stat().st_mtime_ns)
    workshop.build(project)
    module.write_text("changed = True\n", encoding="utf-8")
    assert workshop.build(project)["lib/__init__.py"] == b"changed = True\n"
    module.write_bytes(original[0])
    os.utime(module, ns=(original[1], original[1]))
    assert workshop.build(project)["lib/__init__.py"] == original[0]
    assert len(workshop.steps) == 2


def test_many_projects_keep_their_wheels(workshop: Workshop) -> None:
    projects = [write_project(workshop.top / name, name) for name in ("a", "b", "c", "d", "e", "f")]
    for project in projects * 2:
        workshop.build(project)
    assert len(workshop.steps) == len(projects)


def test_a_file_that_cannot_be_copied_is_named(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write(write_project(workshop.top / "lib", "lib"), {"secret.txt": ""})
    copy = shutil.copyfile

    def refuse(source: Path, target: Path) -> None:
        if source.name == "secret.txt":
            raise PermissionError(13, "Permission denied", str(source))
        copy(source, target)

    monkeypatch.setattr("sphinx_emrun.bundle.replica.shutil.copyfile", refuse)
    with pytest.raises(BundleError, match=r"secret\.txt cannot be copied \(Permission denied\)"):
        workshop.build(project)


def test_a_build_that_does_not_end_is_stopped(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write_project(workshop.top / "lib", "lib")
    with (project / "backend.py").open("a") as file:
        file.write("\nimport time\n\ndef build_wheel(*_):\n    time.sleep(600)\n")
    monkeypatch.setattr("sphinx_emrun.bundle.commands.LIMIT", 5)
    with pytest.raises(BundleError, match=r"Building the wheel of \S+ did not end within 5 seconds"):
        workshop.build(project)


SETUPTOOLS = '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
SCM = SETUPTOOLS.replace('"]', '", "setuptools-scm>=8"]') + (
    '[project]\nname = "lib"\ndynamic = ["version"]\n'
    '[tool.setuptools_scm]\nversion_file = "lib/_version.py"\n'
)
PROJECT = '[project]\nname = "lib"\nversion = "1.2"\ndescription = "A library."\n'
BACKENDS = {
    "setuptools": {"pyproject.toml": PROJECT + SETUPTOOLS},
    "setup.py": {
        "setup.py": "import setuptools\nsetuptools.setup(name='lib', version='1.2', packages=['lib'])"
    },
    "setup.cfg": {"setup.cfg": "[metadata]\nname = lib\nversion = 1.2\n[options]\npackages = find:\n"},
    "setuptools-scm": {"pyproject.toml": SCM},
    "setuptools-scm without git": {
        "pyproject.toml": SCM + 'fallback_version = "1.2"\n',
    },
    "hatchling": {
        "pyproject.toml": PROJECT
        + '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    },
    "hatch-vcs": {
        "pyproject.toml": '[project]\nname = "lib"\ndynamic = ["version"]\n[build-system]\n'
        'requires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
        '[tool.hatch.version]\nsource = "vcs"\n'
        '[tool.hatch.build.hooks.vcs]\nversion-file = "lib/_version.py"\n',
    },
    "flit": {
        "pyproject.toml": PROJECT
        + '[build-system]\nrequires = ["flit_core>=3.12"]\nbuild-backend = "flit_core.buildapi"\n',
    },
    "poetry": {
        "pyproject.toml": '[tool.poetry]\nname = "lib"\nversion = "1.2"\ndescription = ""\nauthors = []\n'
        '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n',
    },
    "pdm": {
        "pyproject.toml": PROJECT
        + '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n',
    },
    "uv": {
        "pyproject.toml": PROJECT
        + '[build-system]\nrequires = ["uv_build>=0.9"]\nbuild-backend = "uv_build"\n'
        '[tool.uv.build-backend]\nmodule-root = ""\n',
    },
}


@pytest.mark.network
@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_packs_what_is_there_now(workshop: Workshop, name: str) -> None:
    project = write(workshop.top / "lib", BACKENDS[name])
    write(project, {"lib/__init__.py": '"""A library."""\n', "lib/old.py": "", "docs/index.md": "one\n"})
    write(project, {"README.md": "A library.\n", "build/lib/lib/older.py": ""})
    if "without git" not in name:
        write(project, {".gitignore": "build/\n"})
        commit(project)
        git(project, "tag", "v1.2")
    made = {"lib/_version.py"} if {"scm", "vcs"} & set(name.replace(" ", "-").split("-")) else set()
    assert workshop.build(project).keys() == {"lib/__init__.py", "lib/old.py"} | made
    assert workshop.version(project) == "1.2", "the copy is no modified checkout"
    assert workshop.steps == ["building the wheel of lib"]
    (project / "lib" / "old.py").unlink()
    assert workshop.build(project).keys() == {"lib/__init__.py"} | made


@pytest.mark.network
@pytest.mark.parametrize("worktree", [False, True])
def test_a_version_from_git_is_that_of_the_checkout(workshop: Workshop, worktree: bool) -> None:
    """Also of a project below the top, and in a linked worktree."""
    top = write(workshop.top / "mono", {"README.md": "one\n"})
    more = '[tool.hatch.version]\nsource = "vcs"\nraw-options = { root = ".." }\n'
    project = f"{BACKENDS['hatch-vcs']['pyproject.toml'].partition('[tool')[0]}{more}"
    write(top / "lib", {"pyproject.toml": project, "lib/__init__.py": ""})
    commit(top)
    git(top, "tag", "v1.2")
    if worktree:
        git(top, "worktree", "add", "--quiet", "../linked")
        top = workshop.top / "linked"
    workshop.build(top / "lib")
    assert workshop.version(top / "lib") == "1.2"
    write(top, {"README.md": "two\n"})
    workshop.build(top / "lib")
    assert workshop.version(top / "lib").startswith("1.3.dev0+")
