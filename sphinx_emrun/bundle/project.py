"""What a project is: a folder from which a wheel can be built, and its name before it is built."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path
from typing import Any

#: Files that may make a folder a project; tools keep their settings in the last two as well.
PROJECT_FILES = ("setup.py", "pyproject.toml", "setup.cfg")


def is_project(folder: Path) -> bool:
    """Whether a wheel can be built from a folder: not from one with settings of tools alone.

    A workspace of uv without a package of its own is none. A pyproject.toml with a mistake is one: its build
    says what is wrong.
    """
    try:
        tables = _tables(folder)
    except ValueError:
        return True
    tool = tables.get("tool", {})
    if tool.get("uv", {}).get("package") is False:
        return False
    known = "project" in tables or "build-system" in tables or "poetry" in tool
    return known or (folder / "setup.py").is_file() or _setup_cfg_name(folder) is not None


def project_name(folder: Path) -> str:
    """The name of a project, or of its folder where only its build knows the name."""
    tables = read_pyproject(folder)
    tool = tables.get("tool", {})
    flit = tool.get("flit", {}).get("metadata", {})
    names = (
        tables.get("project", {}).get("name"),
        tool.get("poetry", {}).get("name"),
        flit.get("dist-name") or flit.get("module"),
        _setup_cfg_name(folder),
        _setup_py_name(folder),
    )
    return str(next(filter(None, names), folder.name))


def read_pyproject(folder: Path) -> dict[str, Any]:
    """The tables of a folder's pyproject.toml; none where it is missing or wrong."""
    try:
        return _tables(folder)
    except ValueError:
        return {}


def _tables(folder: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    except OSError:
        return {}


def _setup_cfg_name(folder: Path) -> str | None:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(folder / "setup.cfg", "utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return None
    return parser.get("metadata", "name", fallback=None)


def _setup_py_name(folder: Path) -> str | None:
    try:
        text = (folder / "setup.py").read_text("utf-8", "replace")
    except OSError:
        return None
    found = re.search(r"\bname\s*=\s*[\"']([\w.-]+)[\"']", text)
    return found[1] if found else None
