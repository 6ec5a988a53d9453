from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest

from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.project import is_project, project_name
from sphinx_emrun.bundle.uv_settings import Settings
from sphinx_emrun.bundle.wheels import Builder, wheel_digest

INTERPRETER = Interpreter(
    executable=Path("python"),
    distribution=Path("pyodide"),
    python="3.14.2",
    platform="pyemscripten_2026_0_wasm32",
)


def wheel_of(project: Path) -> Path:
    def progress(step: str) -> contextlib.AbstractContextManager[None]:
        raise AssertionError(f"{step}: nothing is to be built")

    return Builder(INTERPRETER, Settings({}), cache=Cache(project.parent), progress=progress).wheel(project)


def write_wheel(file: Path, year: int = 2000, **members: str) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), content)
    return file


@pytest.mark.parametrize(
    "tags", ["py3-none-any", "cp314-cp314-pyemscripten_2026_0_wasm32", "1-py2.py3-none-any"]
)
def test_a_wheel_that_fits_is_taken_as_it_is(tmp_path: Path, tags: str) -> None:
    wheel = write_wheel(tmp_path / f"lib-1.0-{tags}.whl")
    assert wheel_of(wheel) == wheel


@pytest.mark.parametrize("platform", ["manylinux_2_28_x86_64.linux_x86_64", "pyemscripten_2025_0_wasm32"])
def test_a_wheel_for_another_platform_is_refused(tmp_path: Path, platform: str) -> None:
    wheel = write_wheel(tmp_path / f"lib-1.0-cp314-cp314-{platform}.whl")
    with pytest.raises(BundleError) as error:
        wheel_of(wheel)
    assert str(error.value) == (
        f"{wheel.name} is compiled for cp314-cp314-{platform}, not for the interpreter of the page"
        " (CPython 3.14 on pyemscripten_2026_0_wasm32): set emrun_project to a wheel that is, or to None."
    )


def test_what_is_no_wheel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"missing-1-py3-none-any\.whl is not a wheel: set emrun_project"):
        wheel_of(tmp_path / "missing-1-py3-none-any.whl")
    broken = tmp_path / "broken-1-py3-none-any.whl"
    broken.write_text("not a zip archive")
    with pytest.raises(BundleError, match=r"cannot be read as a wheel \(File is not a zip file\)"):
        wheel_digest(broken)


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"holds no pyproject\.toml with a project, setup\.py or"):
        wheel_of(tmp_path)


def test_digest_is_of_the_content_not_of_the_times(tmp_path: Path) -> None:
    first = wheel_digest(write_wheel(tmp_path / "a.whl", lib="x", data="y"))
    assert wheel_digest(write_wheel(tmp_path / "b.whl", year=2020, data="y", lib="x")) == first
    assert wheel_digest(write_wheel(tmp_path / "c.whl", lib="x", data="z")) != first


PROJECTS = {
    "a pyproject.toml with a project": ({"pyproject.toml": '[project]\nname = "lib"\n'}, "lib"),
    "poetry's own table": ({"pyproject.toml": '[tool.poetry]\nname = "lib"\n'}, "lib"),
    "flit's own table": (
        {"pyproject.toml": "[build-system]\nrequires = []\n[tool.flit.metadata]\nmodule = 'lib'\n"},
        "lib",
    ),
    "a setup.py alone": ({"setup.py": "from setuptools import setup\nsetup(name='lib')\n"}, "lib"),
    "a setup.py that computes its name": ({"setup.py": "setup(name=NAME)\n"}, "folder"),
    "a setup.cfg alone": ({"setup.cfg": "[metadata]\nname = lib\n"}, "lib"),
    "setup.cfg beside settings of tools": (
        {"setup.cfg": "[metadata]\nname = lib\n", "pyproject.toml": "[tool.black]\n"},
        "lib",
    ),
    "no TOML, of which the build says what is wrong": ({"pyproject.toml": "[project\n"}, "folder"),
    "a build system without a name": ({"pyproject.toml": "[build-system]\nrequires = []\n"}, "folder"),
}
NONE = {
    "nothing": {},
    "settings of tools": {"pyproject.toml": "[tool.black]\nline-length = 110\n"},
    "settings of tools in setup.cfg": {"setup.cfg": "[flake8]\nmax-line-length = 110\n"},
    "a workspace": {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n'},
    "what uv does not package": {
        "pyproject.toml": '[project]\nname = "all"\nversion = "0"\n[tool.uv]\npackage = false\n'
    },
}


def folder_with(files: dict[str, str], tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("case", PROJECTS)
def test_a_project_has_a_name(case: str, tmp_path: Path) -> None:
    files, name = PROJECTS[case]
    folder = folder_with(files, tmp_path)
    assert (is_project(folder), project_name(folder)) == (True, name)


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_project(case: str, tmp_path: Path) -> None:
    assert not is_project(folder_with(NONE[case], tmp_path))
