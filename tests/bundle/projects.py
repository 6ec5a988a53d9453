"""Small projects for tests, whose build backend needs nothing from an index."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import uv

BACKEND = Path(__file__).parents[1] / "cases" / "projects" / "generic" / "backend.py"
BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'

#: Names, contents and times.
State = dict[str, tuple[int, bytes]]


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def write_project(
    folder: Path, name: str, *requires: str, version: str = "1.0", more: str = "", **files: str
) -> Path:
    """Write a project with one module, which knows the version; `more` is added to pyproject.toml."""
    project = f"[project]\nname = {json.dumps(name)}\nversion = {json.dumps(version)}\n"
    project += f"dependencies = {json.dumps(list(requires))}\n"
    write(folder, {"pyproject.toml": f"{project}{more}\n{BUILD_SYSTEM}"} | files)
    write(folder / name, {"__init__.py": f"version = {version!r}\n"})
    shutil.copy(BACKEND, folder)
    return folder


def state_of(folder: Path) -> State:
    """What a folder holds, git's own folder included."""
    paths = sorted(folder.rglob("*"))
    return {
        path.relative_to(folder).as_posix(): (
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in paths
    }


def build(folder: Path, out: Path, kind: str = "--wheel") -> Path:
    """The wheel, or the source distribution, of a project."""
    out.mkdir(parents=True, exist_ok=True)
    before = set(out.iterdir())
    command = [uv.find_uv_bin(), "build", kind, "--no-create-gitignore", "--python", sys.executable]
    subprocess.run([*command, "--out-dir", out, folder], check=True, capture_output=True)
    (made,) = set(out.iterdir()) - before
    return made


def publish(project: Path, index: Path, kind: str = "--wheel") -> None:
    """Put the wheel, or the source distribution, of a project onto an index (PEP 503)."""
    folder = index / project.name
    build(project, folder, kind)
    links = [f'<a href="{file.name}">{file.name}</a>' for file in folder.iterdir() if file.suffix != ".html"]
    write(folder, {"index.html": "\n".join(links)})


def git(folder: Path, *arguments: str) -> None:
    """Run git as somebody."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    """Make a checkout of a folder, or commit what is new in it."""
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=all")
