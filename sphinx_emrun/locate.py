"""Which project a documentation is about."""

from __future__ import annotations

from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.locale import __

from sphinx_emrun.bundle.project import PROJECT_FILES, is_project


def find_project(setting: str | Path | None, srcdir: Path, confdir: Path) -> Path | None:
    """The project that ``emrun_project`` means: the folder of a project, a wheel, or None.

    :param srcdir: where the search of ``"auto"`` begins; it goes upwards.
    :param confdir: what a path is relative to.
    :raises ExtensionError: when the path is neither.
    """
    if setting is None:
        return None
    if setting == "auto":
        return next((folder for folder in (srcdir, *srcdir.parents) if is_project(folder)), None)
    path = (confdir / setting).resolve()
    if path.suffix == ".whl" and path.is_file():
        return path
    if is_project(path):
        return path
    problem = f"{path} is neither a wheel nor the folder of a project: correct emrun_project in conf.py."
    raise ExtensionError(problem, modname="sphinx_emrun")


def not_found(srcdir: Path) -> str:
    """The sentence for a search that found no project: where it looked, and why what is there is none."""
    settings = [
        folder / name
        for folder in (srcdir, *srcdir.parents)
        for name in PROJECT_FILES
        if (folder / name).is_file()
    ]
    seen = __(" (%s: settings of tools, or a workspace)") % ", ".join(map(str, settings)) if settings else ""
    return __(
        "emrun: no project (%s) is at or above %s%s, so pages can import what emrun_requirements names alone;"
        " emrun_project names another folder, None says that there is none."
    ) % (_files(), srcdir, seen)


def _files() -> str:
    return __("setup.py, or pyproject.toml or setup.cfg with a package's name")
