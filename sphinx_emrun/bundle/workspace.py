"""uv's workspaces, and the sources that a project's own table names for its dependencies.

The wheel of a project says nothing of these: `uv pip install .` takes them from `[tool.uv.sources]`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from packaging.markers import InvalidMarker, Marker
from packaging.utils import canonicalize_name

from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.project import project_name, read_pyproject


@dataclass(frozen=True)
class Source:
    """Where a dependency comes from instead of the index: exactly one of these is set."""

    #: A folder of a project, a wheel or a source distribution.
    path: Path | None = None
    #: A direct reference (PEP 440).
    url: str = ""
    #: The name of one of uv's indexes.
    index: str = ""


def source_at(url: str, folder: Path) -> Source:
    """What a direct reference leads to; a path in it is relative to the folder."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.fragment:
        return Source(path=Path(url2pathname(parts.path)).resolve())
    return Source(url=url) if parts.scheme else Source(path=(folder / unquote(url)).resolve())


def workspace_root(project: Path) -> Path | None:
    """The folder of the workspace that a project is a member of, or the root of."""
    return next((folder for folder in (project, *project.parents) if project in _members(folder)), None)


def sources_of(
    project: Path, environment: Mapping[str, str], extras: Collection[str], groups: Collection[str]
) -> dict[str, Source]:
    """The sources of a project's dependencies by their names, of those that hold in an environment.

    :raises BundleError: when a source cannot be understood.
    """
    root = workspace_root(project)
    tables: dict[str, tuple[Path, Any]] = {}
    for folder in filter(None, (root, project)):
        declared = _uv_table(folder).get("sources", {})
        tables |= {canonicalize_name(name): (folder, table) for name, table in declared.items()}
    found: dict[str, Source] = {}
    for name, (folder, table) in tables.items():
        for entry in table if isinstance(table, list) else [table]:
            if name not in found and _holds(entry, environment, extras, groups):
                found[name] = _source(name, entry, folder, root)
    return found


def _uv_table(folder: Path) -> dict[str, Any]:
    table: dict[str, Any] = read_pyproject(folder).get("tool", {}).get("uv", {})
    return table


def _members(root: Path) -> list[Path]:
    table = _uv_table(root).get("workspace")
    if table is None:
        return []
    excluded = {folder for pattern in table.get("exclude", []) for folder in _matches(root, pattern)}
    folders = [folder for pattern in table.get("members", []) for folder in _matches(root, pattern)]
    members = [folder for folder in folders if folder not in excluded]
    return [root, *(folder for folder in members if (folder / "pyproject.toml").is_file())]


def _matches(root: Path, pattern: str) -> Iterator[Path]:
    pattern = pattern.strip("/").removeprefix("./")
    return root.glob(pattern) if pattern not in {"", "."} else iter([root])


def _holds(
    entry: Mapping[str, Any], environment: Mapping[str, str], extras: Collection[str], groups: Collection[str]
) -> bool:
    if "extra" in entry and canonicalize_name(entry["extra"]) not in extras:
        return False
    if "group" in entry and canonicalize_name(entry["group"]) not in groups:
        return False
    try:
        return "marker" not in entry or Marker(entry["marker"]).evaluate(dict(environment))
    except InvalidMarker:
        return True


def _source(name: str, entry: Mapping[str, Any], folder: Path, root: Path | None) -> Source:
    match entry:
        case {"path": str(path)}:
            return Source(path=(folder / path).resolve())
        case {"workspace": True} if root is not None:
            for member in _members(root):
                if canonicalize_name(project_name(member)) == name:
                    return Source(path=member.resolve())
        case {"git": str(url)}:
            revision = entry.get("rev") or entry.get("tag") or entry.get("branch")
            url = url if url.startswith("git+") else f"git+{url}"
            return Source(url=_with_folder(f"{url}@{revision}" if revision else url, entry))
        case {"url": str(url)}:
            return source_at(_with_folder(url, entry), folder)
        case {"index": str(index)}:
            return Source(index=index)
    raise BundleError(
        f"The source of {name} in [tool.uv.sources] of {folder / 'pyproject.toml'} is not found: correct it,"
        " as `uv pip install .` needs it, too."
    )


def _with_folder(url: str, entry: Mapping[str, Any]) -> str:
    return f"{url}#subdirectory={entry['subdirectory']}" if "subdirectory" in entry else url
