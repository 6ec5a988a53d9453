"""What a project's build can read: the files that its wheel is built from a copy of.

The wheel depends on nothing else of the tree, so that a wheel is the right one as long as these files are the
same. What tools and earlier builds have left is neither copied nor looked at.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sphinx_emrun.bundle.commands import environment_for_git, run

#: Folders of tools, wherever they are.
TOOLS = {".git", ".tox", ".nox", ".venv", ".direnv", ".idea", ".vscode", "__pycache__", "node_modules"}
#: Where builds leave what they made, unless it is a package.
OUTPUTS = {"_build"}
#: Only at the top of the project, and unless the build reads what is there.
TOP_OUTPUTS = {"build", "dist", "wheelhouse"}
#: What setuptools finds there again, and packs, after the source is gone (relative to the project).
LEFTOVERS = re.compile(r"build/(?:lib|bdist|temp|scripts|__editable__)[^/]*")
#: A folder that holds one of these was made by a program: venv, a cache (bford.info/cachedir), Sphinx.
MARKERS = ("pyvenv.cfg", "CACHEDIR.TAG", ".buildinfo", "environment.pickle")
#: Where a project says what its build reads.
BUILD_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "MANIFEST.in", "hatch_build.py", "pdm_build.py")
QUOTED = re.compile(r"[\"']([^\"'\n]+)[\"']")
GIT_LIMIT = 60


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The files around a project that its build can read."""

    #: The checkout that holds the project, or the project; higher where the build reads above it.
    root: Path
    project: Path
    #: The files, relative to the root; what a symbolic link leads to stands under the link's own path.
    files: tuple[str, ...]
    #: Symbolic links that lead to one of the files, and where.
    links: tuple[tuple[str, str], ...]
    #: The folder of the checkout's index and its HEAD, where there is a checkout.
    git: Path | None

    def stamps(self, paths: Iterable[str]) -> dict[str, list[int]]:
        """Sizes and times (ns) of files; of a missing one, zeros."""
        return {path: _stamp(self.root / path) for path in paths}

    def revision(self) -> str:
        """The commit and its tags, from which some backends derive a version."""
        if self.git is None:
            return ""
        described = _git(self.root, "describe", "--tags", "--always", "--long") or ""
        return described + (_git(self.root, "rev-parse", "HEAD", "--abbrev-ref", "HEAD") or "")


def read_tree(project: Path, outputs: Iterable[Path] = ()) -> Tree:
    """Look which files there are.

    :param project: the folder of a project, resolved.
    :param outputs: folders of the site that is being built.
    """
    walk = _Walk(project, frozenset(outputs))
    checkout = _checkout(project)
    paths = set(walk.files(project))
    if checkout is not None:
        tracked = _git_files(checkout, "--cached")
        paths |= {path for name in tracked for path in walk.files(checkout / name)}
        paths |= _others(walk, checkout, project)
    paths |= {path for outside in _named_outside(project) for path in walk.files(outside)}
    root = Path(os.path.commonpath([checkout or project, *{path.parent for path in paths}]))
    files = {path.relative_to(root).as_posix(): path for path in paths}
    links = dict(_links(files, root))
    files = {name: path for name, path in files.items() if name in links or path.is_file()}
    return Tree(
        root=root,
        project=project,
        files=tuple(sorted(files.keys() - links.keys())),
        links=tuple(sorted(links.items())),
        git=_git_folder(checkout) if checkout == root else None,
    )


class _Walk:
    """Walks through folders, and leaves out what no build reads."""

    def __init__(self, project: Path, outputs: frozenset[Path]) -> None:
        self._project = project
        self._outputs = outputs
        named = (Path(name) for name in _strings(project) if "/" in name.rstrip("/"))
        self._named = {(project / path).resolve() for name in named for path in (name, *name.parents)}

    def files(self, path: Path, above: tuple[str, ...] = ()) -> Iterator[Path]:
        """The path itself, or the files below it; links to folders are followed, but not in circles."""
        if not path.is_dir():
            if path.is_file() and path.name != ".git":
                yield path
            return
        real = os.path.realpath(path)
        if path.is_symlink() and self._leads_inside(path):
            yield path
        elif real not in above:
            for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
                inner = Path(entry.path)
                if not (entry.is_dir() and self.leaves_out(inner)):
                    yield from self.files(inner, (*above, real))

    def leaves_out(self, folder: Path) -> bool:
        """Whether a folder holds what tools or builds have made."""
        name = folder.name
        if name in TOOLS or name.endswith(".egg-info") or (name.startswith(".") and name.endswith("_cache")):
            return True
        inside = folder.is_relative_to(self._project)
        if inside and LEFTOVERS.fullmatch(folder.relative_to(self._project).as_posix()):
            return True
        if folder in self._outputs:
            return True
        if folder in self._named:
            return False
        if any((folder / marker).exists() for marker in MARKERS):
            return True
        output = name in OUTPUTS or (name in TOP_OUTPUTS and folder.parent == self._project)
        return output and not (folder / "__init__.py").exists()

    def inside_left_out(self, path: Path, top: Path) -> bool:
        """Whether a folder between `top` and the path is left out."""
        return any(
            self.leaves_out(folder) for folder in path.parents if folder != top and top in folder.parents
        )

    def _leads_inside(self, link: Path) -> bool:
        """Whether a link to a folder can be copied as a link."""
        target = link.readlink()
        led = Path(os.path.normpath(link.parent / target))
        if target.is_absolute() or not led.is_relative_to(self._project):
            return False
        return not self.leaves_out(led) and not self.inside_left_out(led, self._project)


def _checkout(project: Path) -> Path | None:
    """The top of the git checkout that holds the project, unless that ignores it."""
    top = _git(project, "rev-parse", "--show-toplevel")
    if top is None or not _git(project, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."):
        return None
    return Path(top.rstrip("\n")).resolve()


def _others(walk: _Walk, checkout: Path, project: Path) -> set[Path]:
    """What is outside the project, and git does not know, but does not ignore either."""
    paths = {checkout / name for name in _git_files(checkout, "--others", "--exclude-standard")}
    outside = {path for path in paths if not path.is_relative_to(project)}
    left_out = {
        folder: walk.inside_left_out(folder / "x", checkout) for folder in {path.parent for path in outside}
    }
    return {path for path in outside if not left_out[path.parent] and path.is_file()}


def _named_outside(project: Path) -> Iterator[Path]:
    """What the build files name above the project."""
    for name in _strings(project):
        if name.startswith("../") and name.rstrip("/").rpartition("/")[2] != "..":
            path = Path(os.path.normpath(project / name))
            if path.exists() and not project.is_relative_to(path):
                yield path
    programs = (project / name for name in BUILD_FILES if name.endswith(".py"))
    if any(re.search(r"[\"']\.\.[\"']|\.parent\.parent|\.parents\[", _text(program)) for program in programs):
        yield from (path for path in project.parent.iterdir() if path.is_file())


def _strings(project: Path) -> set[str]:
    """The strings of the build files: names of files are among them."""
    found: set[str] = set()
    for name in BUILD_FILES:
        text = _text(project / name)
        if name == "pyproject.toml":
            try:
                tables = tomllib.loads(text)
            except ValueError:
                continue
            tables.get("tool", {}).pop("uv", None)
            found.update(_values(tables))
        elif name.endswith(".py"):
            found.update(QUOTED.findall(text))
        else:
            found.update(re.split(r"[\s=,:]+", text))
    return found


def _values(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _links(files: dict[str, Path], root: Path) -> Iterator[tuple[str, str]]:
    """The links that lead to a file or a folder which is copied, too."""
    folders = {parent.as_posix() for name in files for parent in Path(name).parents}
    for name, path in files.items():
        if path.is_symlink():
            target = path.readlink()
            led = Path(os.path.normpath(path.parent / target))
            inside = not target.is_absolute() and led.is_relative_to(root)
            relative = led.relative_to(root).as_posix() if inside else ""
            if relative in files or relative in folders:
                yield name, str(target)


def _stamp(path: Path) -> list[int]:
    try:
        status = path.stat()
    except OSError:
        return [0, 0]
    return [status.st_size, status.st_mtime_ns] if stat.S_ISREG(status.st_mode) else [0, 0]


def _git_folder(checkout: Path) -> Path | None:
    folder = _git(checkout, "rev-parse", "--absolute-git-dir")
    return Path(folder.rstrip("\n")) if folder else None


def _git_files(top: Path, *options: str) -> list[str]:
    return [path for path in (_git(top, "ls-files", "-z", *options) or "").split("\0") if path]


def _git(folder: Path, *arguments: str) -> str | None:
    """What git says; None where it fails, or is not there. It writes nothing."""
    command = ["git", *arguments]
    try:
        result = run(
            command, folder=folder, purpose="git", environment=environment_for_git(), limit=GIT_LIMIT
        )
    except OSError:
        return None
    return result.stdout if result.status == 0 else None
