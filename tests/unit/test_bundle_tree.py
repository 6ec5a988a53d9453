from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sphinx_emrun.bundle.tree import tree_signature

FILES = ("pyproject.toml", "src/lib/__init__.py", "src/lib/build/__init__.py", "README.md")


def add(project: Path, *paths: str) -> None:
    for path in paths:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(path)


def git(project: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=project, check=True, capture_output=True)


@pytest.fixture(params=["a folder", "a git checkout", "an ignored folder of a checkout"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "around" / "project"
    add(folder, *FILES)
    if request.param == "a git checkout":
        git(folder, "init", "--quiet")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message=all")
    elif request.param == "an ignored folder of a checkout":
        git(folder.parent, "init", "--quiet")
        add(folder.parent, ".gitignore")
        (folder.parent / ".gitignore").write_text("project/\n")
    return folder


def test_an_unchanged_tree_has_the_same_signature(project: Path) -> None:
    assert tree_signature(project) == tree_signature(project)


@pytest.mark.parametrize("path", ["src/lib/__init__.py", "src/lib/build/__init__.py", "pyproject.toml"])
def test_a_changed_file_changes_it(project: Path, path: str) -> None:
    before = tree_signature(project)
    (project / path).write_text("changed")
    assert tree_signature(project) != before


def test_a_touched_file_changes_it(project: Path) -> None:
    before = tree_signature(project)
    os.utime(project / "README.md", (1, 1))
    assert tree_signature(project) != before


def test_new_moved_and_deleted_files_change_it(project: Path) -> None:
    signatures = [tree_signature(project)]
    add(project, "src/lib/new.py")
    signatures.append(tree_signature(project))
    (project / "src/lib/new.py").rename(project / "src/lib/newer.py")
    signatures.append(tree_signature(project))
    (project / "src/lib/__init__.py").unlink()
    signatures.append(tree_signature(project))
    assert len(set(signatures)) == len(signatures)


@pytest.mark.parametrize(
    "made",
    [
        "build/lib/lib/__init__.py",
        "dist/lib-1.0-py3-none-any.whl",
        "src/lib.egg-info/PKG-INFO",
        "src/lib/__pycache__/x.pyc",
        "node_modules/x/index.js",
        ".mypy_cache/x",
        "docs/_build/html/index.html",
    ],
)
def test_what_builds_make_does_not_change_it(project: Path, made: str) -> None:
    before = tree_signature(project)
    add(project, made)
    assert tree_signature(project) == before


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "CACHEDIR.TAG", ".buildinfo", "environment.pickle"])
def test_what_programs_have_marked_as_theirs_does_not_change_it(project: Path, marker: str) -> None:
    before = tree_signature(project)
    add(project, f"site/{marker}", "site/deep/index.html")
    assert tree_signature(project) == before


def test_a_commit_changes_it_for_the_version_may_come_from_it(tmp_path: Path) -> None:
    add(tmp_path, *FILES)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=all")
    before = tree_signature(tmp_path)
    git(tmp_path, "tag", "v1")
    assert tree_signature(tmp_path) != before


def test_ignored_files_do_not_change_it(tmp_path: Path) -> None:
    add(tmp_path, *FILES)
    (tmp_path / ".gitignore").write_text("*.log\n")
    git(tmp_path, "init", "--quiet")
    before = tree_signature(tmp_path)
    add(tmp_path, "a.log")
    assert tree_signature(tmp_path) == before
