"""The project's settings of uv, as far as they say where packages come from, for the uv that runs here.

The others are about the author's own work: which uv may run, which Python is looked for, and the like.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx_emrun.bundle.project import read_pyproject

#: Settings that hold in the interfaces of uv alike, and in its table `pip`.
SHARED = {
    "allow-insecure-host",
    "config-settings",
    "config-settings-package",
    "dependency-metadata",
    "exclude-newer",
    "exclude-newer-package",
    "extra-build-dependencies",
    "extra-build-variables",
    "extra-index-url",
    "find-links",
    "index-strategy",
    "index-url",
    "keyring-provider",
    "no-index",
    "prerelease",
    "resolution",
}
OWN = {
    "build-constraint-dependencies",
    "cache-dir",
    "constraint-dependencies",
    "exclude-dependencies",
    "index",
    "native-tls",
    "offline",
    "override-dependencies",
    "system-certs",
}
#: Of these, values that name nothing elsewhere are paths.
PLACES = {"find-links", "extra-index-url", "index-url", "url"}


@dataclass(frozen=True)
class Settings:
    """What `[tool.uv]` is to hold."""

    tables: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The same as TOML."""
        return "".join(f"{name} = {_toml(value)}\n" for name, value in sorted(self.tables.items()))

    @contextlib.contextmanager
    def folder(self, project: str = "") -> Iterator[Path]:
        """A temporary folder in which uv finds these settings, and nothing else of a project.

        :param project: the text of a `[project]`, and of tables of uv's.
        """
        with tempfile.TemporaryDirectory(prefix="sphinx-emrun-") as name:
            text = f"{project}\n[tool.uv]\n{self.text}"
            Path(name, "pyproject.toml").write_text(text, "utf-8")
            yield Path(name)

    def with_indexes(self, names: Mapping[str, str]) -> Settings:
        """Also take the packages `names` from the index that each is mapped to."""
        sources = {name: {"index": index} for name, index in names.items()}
        return Settings({**self.tables, "sources": sources} if sources else self.tables)


def read_settings(folder: Path) -> Settings:
    """The settings that uv would find in a folder: those of the nearest file at or above it."""
    for at in (folder, *folder.parents):
        try:
            return _settings(tomllib.loads((at / "uv.toml").read_text("utf-8")), at)
        except (OSError, ValueError):
            pass
        if (tables := read_pyproject(at).get("tool", {}).get("uv")) is not None:
            return _settings(tables, at)
    return Settings({})


def _settings(tables: Mapping[str, Any], folder: Path) -> Settings:
    found = {name: _absolute(name, value, folder) for name, value in tables.items() if name in SHARED | OWN}
    pip = {
        name: _absolute(name, value, folder)
        for name, value in tables.get("pip", {}).items()
        if name in SHARED
    }
    return Settings({**found, "pip": pip} if pip else found)


def _absolute(name: str, value: Any, folder: Path) -> Any:
    """A setting with its relative paths made absolute."""
    if isinstance(value, list):
        return [_absolute(name, item, folder) for item in value]
    if isinstance(value, dict):
        return {key: _absolute(key, item, folder) for key, item in value.items()}
    if name == "cache-dir":
        return str(folder / value)
    if name in PLACES and isinstance(value, str) and "://" not in value and (folder / value).exists():
        return (folder / value).resolve().as_uri()
    return value


def _toml(value: Any) -> str:
    """A value as TOML 1.0 writes it in one line; strings are as in JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return str(value.isoformat())  # a date or a time
