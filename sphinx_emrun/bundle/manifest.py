"""``manifest.json``: what a bundle holds, for the page that loads it and for tools that report on it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

SCHEMA = 1
NAME = "manifest.json"
#: A bundle's folder is named by this many hexadecimal digits, the first of its manifest's SHA-256.
DIGEST_LENGTH = 16


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of the bundle: its size in bytes and the SHA-256 of its content, in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Library:
    """A compiled part of a package: where it lies in the interpreter's files, and the image that holds it."""

    path: str
    image: str
    #: What is loaded in its place; empty: it is itself.
    front: str = ""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A distribution that the images hold."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The content of ``manifest.json``; paths are relative to it."""

    python: str
    pyodide: str
    platform: str
    files: dict[str, File]
    #: What a page loads, and its worker, once a block runs; without the interpreter.
    code: tuple[str, ...]
    stdlib: str
    #: Empty: none.
    snapshot: str = ""
    #: To be loaded, in this order, before the snapshot is restored.
    libraries: tuple[Library, ...] = ()
    #: Of the files in ``site-packages``; empty: there are none.
    index: str = ""
    packages: tuple[Package, ...] = ()
    #: Whether browsers keep what Python starts from in a cache of the site's own.
    offline: bool = False
    #: {path: place relative to the manifest} of the files that versions of a site share; empty in the cache.
    shared: Mapping[str, str] = field(default_factory=dict)
    schema: int = SCHEMA

    def to_json(self) -> str:
        """Compact JSON with sorted keys: the same text for the same content."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """The name of the bundle's folder."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:DIGEST_LENGTH]

    def place(self, path: str) -> str:
        """The place of the file `path`, relative to the manifest."""
        return self.shared.get(path, path)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote.

        :raises ValueError: when it is not a manifest of this schema.
        """
        data: dict[str, Any] = json.loads(text)
        if data.get("schema") != SCHEMA:
            raise ValueError(f"a manifest of schema {data.get('schema')!r}, not {SCHEMA}")
        try:
            data["files"] = {path: File(**file) for path, file in data["files"].items()}
            data["code"] = tuple(data["code"])
            data["libraries"] = tuple(Library(**library) for library in data["libraries"])
            data["packages"] = tuple(Package(**package) for package in data["packages"])
            return cls(**data)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a manifest: {error}") from None
