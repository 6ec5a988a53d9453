from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from sphinx_emrun.bundle.tree import read_tree

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


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    add(folder, *FILES)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=all")
    return folder


def state(project: Path) -> object:
    tree = read_tree(project)
    return tree.stamps(tree.files), tree.links, tree.revision()


def test_an_unchanged_tree_stays_the_same(project: Path) -> None:
    assert state(project) == state(project)


@pytest.mark.parametrize("path", ["src/lib/__init__.py", "src/lib/build/__init__.py", "pyproject.toml"])
def test_a_changed_file_changes_it(project: Path, path: str) -> None:
    before = state(project)
    (project / path).write_text("changed")
    assert state(project) != before


def test_a_touched_file_changes_it(project: Path) -> None:
    before = state(project)
    os.utime(project / "README.md", (1, 1))
    assert state(project) != before


def test_new_moved_and_deleted_files_change_it(project: Path) -> None:
    add(project, "src/lib/new.py")
    states = [read_tree(project).files]
    (project / "src/lib/new.py").rename(project / "src/lib/newer.py")
    states.append(read_tree(project).files)
    (project / "src/lib/__init__.py").unlink()
    states.append(read_tree(project).files)
    assert len(set(states)) == len(states)


@pytest.mark.parametrize(
    "made",
    [
        "build/lib/lib/__init__.py",
        "build/bdist.linux-x86_64/x",
        "dist/lib-1.0-py3-none-any.whl",
        "src/lib.egg-info/PKG-INFO",
        "src/lib/__pycache__/x.pyc",
        "node_modules/x/index.js",
        ".mypy_cache/x",
        ".venv/bin/python",
        "docs/_build/latex/index.tex",
    ],
)
def test_what_tools_and_builds_leave_is_not_part_of_it(project: Path, made: str) -> None:
    before = state(project)
    add(project, made)
    assert state(project) == before


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "CACHEDIR.TAG", ".buildinfo", "environment.pickle"])
def test_what_programs_have_marked_as_theirs_is_not_part_of_it(project: Path, marker: str) -> None:
    before = state(project)
    add(project, f"site/{marker}", "site/deep/index.html")
    assert state(project) == before


def test_a_site_that_is_being_built_is_not_part_of_it(project: Path) -> None:
    before = read_tree(project, [project / "site"])
    add(project, "site/index.html")
    assert read_tree(project, [project / "site"]) == before


@pytest.mark.parametrize(
    "path",
    [
        "build/__init__.py",
        "src/lib/_build/__init__.py",
        "src/lib/venv/__init__.py",
        "src/lib/dist/__init__.py",
        "src/lru_cache/__init__.py",
        "src/lib/data.bin",
    ],
)
def test_a_package_is_part_of_it_whatever_its_name(project: Path, path: str) -> None:
    add(project, path)
    assert path in relative_files(project)


def relative_files(project: Path) -> set[str]:
    tree = read_tree(project)
    return {os.path.relpath(tree.root / file, project) for file in tree.files}


@pytest.mark.parametrize("ignored", ["src/lib/generated.py", "src/lib/_version.py", "assets/app.js"])
def test_what_git_ignores_is_part_of_it(checkout: Path, ignored: str) -> None:
    (checkout / ".gitignore").write_text(f"{ignored}\n")
    add(checkout, ignored)
    before = state(checkout)
    assert ignored in relative_files(checkout)
    (checkout / ignored).write_text("generated anew")
    assert state(checkout) != before


def test_outputs_that_the_build_is_told_to_read_are_part_of_it(project: Path) -> None:
    table = '[tool.hatch.build.targets.wheel.force-include]\n"dist/app.js" = "lib/app.js"\n'
    (project / "pyproject.toml").write_text(table)
    add(project, "dist/app.js", "build/lib/old.py")
    assert "dist/app.js" in relative_files(project)
    assert "build/lib/old.py" not in relative_files(project)


def test_a_tracked_file_is_part_of_it_wherever_it_is(checkout: Path) -> None:
    add(checkout, "dist/kept.txt")
    git(checkout, "add", "--force", "dist/kept.txt")
    assert "dist/kept.txt" in relative_files(checkout)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[project]\nreadme = "../above/README.md"\n'),
        ("pyproject.toml", '[x.force-include]\n"../above" = "lib/above"\n'),
        ("setup.py", "open('../above/README.md')\n"),
        ("setup.cfg", "[metadata]\nlong_description = file: ../above/README.md\n"),
        ("MANIFEST.in", "include ../above/README.md\n"),
    ],
)
def test_what_the_build_files_name_above_the_project_is_part_of_it(
    project: Path, file: str, text: str
) -> None:
    (project / file).write_text(text)
    add(project.parent, "above/README.md", "unrelated/x.txt")
    before = state(project)
    assert "../above/README.md" in relative_files(project)
    (project.parent / "above/README.md").write_text("changed")
    assert state(project) != before


def test_a_program_that_looks_above_the_project_finds_the_files_there(tmp_path: Path) -> None:
    add(tmp_path, "project/src/lib.py", "README.md", "other/x.txt")
    (tmp_path / "project/setup.py").write_text("open(os.path.join(here, '..', 'README.md'))")
    assert {"../README.md", "src/lib.py", "setup.py"} == relative_files(tmp_path / "project")


def test_the_rest_of_a_checkout_is_part_of_it(checkout: Path) -> None:
    """Else git would call it deleted, and a version that is derived from git would say so."""
    add(checkout, "packages/member/pyproject.toml")
    assert "../../README.md" in relative_files(checkout / "packages/member")


def test_links_lead_where_they_led(project: Path, tmp_path: Path) -> None:
    add(tmp_path, "elsewhere/far.txt", "elsewhere/deep/x.txt")
    (project / "near.md").symlink_to("README.md")
    (project / "package").symlink_to("src/lib")
    (project / "far.txt").symlink_to(tmp_path / "elsewhere/far.txt")
    (project / "far").symlink_to(tmp_path / "elsewhere")
    (project / "circle").symlink_to(project)
    (project / "broken").symlink_to("nowhere")
    tree = read_tree(project)
    links = {os.path.relpath(tree.root / name, project): target for name, target in tree.links}
    assert links == {"near.md": "README.md", "package": "src/lib"}
    assert {"far.txt", "far/far.txt", "far/deep/x.txt"} <= relative_files(project)
    before = state(project)
    (tmp_path / "elsewhere/deep/x.txt").write_text("changed")
    assert state(project) != before


def test_a_submodule_is_part_of_it(checkout: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    add(other, "inner.py")
    git(other, "init", "--quiet")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "--message=all")
    git(checkout, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(other), "src/sub")
    before = state(checkout)
    assert "src/sub/inner.py" in relative_files(checkout)
    (checkout / "src/sub/inner.py").write_text("changed")
    assert state(checkout) != before


def test_a_commit_and_a_tag_change_it_for_the_version_may_come_from_them(checkout: Path) -> None:
    revisions = {read_tree(checkout).revision()}
    git(checkout, "tag", "v1")
    revisions.add(read_tree(checkout).revision())
    git(checkout, "commit", "--quiet", "--allow-empty", "--message=empty")
    revisions.add(read_tree(checkout).revision())
    assert len(revisions) == 3


def test_a_large_tree_is_looked_at_quickly(checkout: Path) -> None:
    add(checkout, *(f"src/lib/m{number}.py" for number in range(2000)))
    started = time.process_time()
    state(checkout)
    assert time.process_time() - started < 1
