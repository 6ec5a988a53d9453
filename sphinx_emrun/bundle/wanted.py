"""What uv is asked for: requirements, and which names in them stand for what is not on an index."""

from __future__ import annotations

import email.parser
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from sphinx_emrun.bundle.cache import file_digest
from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.packages import distributions
from sphinx_emrun.bundle.wheels import INSTEAD, wheel_digest


@dataclass(frozen=True)
class Local:
    """A package of which this machine has the wheel, or the source distribution."""

    file: Path
    #: What it was made from: a folder, a file or a URL.
    origin: Path | str


@dataclass
class Wanted:
    """What uv is asked for. A name in `local` or `urls` stands for that, whoever requires it."""

    #: PEP 508, without direct references.
    requirements: list[str] = field(default_factory=list)
    local: dict[str, Local] = field(default_factory=dict)
    #: Direct references (PEP 440) to wheels elsewhere.
    urls: dict[str, str] = field(default_factory=dict)
    #: Of those in `local` and `urls`, the extras.
    extras: dict[str, set[str]] = field(default_factory=dict)
    #: The index of uv's settings that a package comes from.
    indexes: dict[str, str] = field(default_factory=dict)

    def identity(self) -> list[object]:
        """What the result depends on, as JSON can hold it: contents and not paths."""
        local = {name: _digest(package.file) for name, package in self.local.items()}
        extras = {name: sorted(extras) for name, extras in self.extras.items()}
        return [sorted(self.requirements), local, self.urls, extras, self.indexes]

    def references(self) -> dict[str, str]:
        """Each package of `local` and `urls` as a direct reference; uv takes a bare path apart at a ``#``."""
        places = {name: package.file.resolve().as_uri() for name, package in self.local.items()} | self.urls
        return {name: f"{name}{_bracketed(self.extras[name])} @ {url}" for name, url in places.items()}

    def sources(self) -> set[str]:
        """The names of those packages of `local` that are still to be built."""
        return {name for name, package in self.local.items() if package.file.suffix != ".whl"}


@dataclass(frozen=True)
class LocalPackage:
    """An installed package that does not come from the author's usual index."""

    name: str
    version: str
    #: A folder or a file, or in words.
    origin: Path | str


def local_packages(wanted: Wanted, installed: Path) -> tuple[LocalPackage, ...]:
    """Those of the packages in a folder that a name does not tell where they are from.

    :raises BundleError: when one was taken from an index that should not have been.
    """
    origins: dict[str, Path | str] = {name: f"the index {index}" for name, index in wanted.indexes.items()}
    origins |= {name: package.origin for name, package in wanted.local.items()} | wanted.urls
    found = [(canonicalize_name(package.name), package) for package in distributions(installed)]
    direct = {
        canonicalize_name(path.parent.name.split("-")[0]) for path in installed.glob("*/direct_url.json")
    }
    for name, package in found:
        if name in wanted.extras and name not in direct:
            raise BundleError(
                f"{package.name} {package.version} comes from an index, and not from {origins[name]}: correct"
                " what overrides it, in emrun_uv_options or in the settings of uv."
            )
    return tuple(
        LocalPackage(package.name, package.version, origins[name])
        for name, package in found
        if name in origins
    )


def name_of(file: Path) -> str:
    """The name of the package in a wheel or a source distribution."""
    stem = file.name.split("-")[0] if file.suffix == ".whl" else file.name.rpartition("-")[0]
    return canonicalize_name(stem)


def required_by(wheel: Path) -> list[Requirement]:
    """What a wheel depends on; its extras are in the markers."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            file = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            metadata = email.parser.BytesParser().parsebytes(archive.read(file), headersonly=True)
        return [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    except (OSError, zipfile.BadZipFile, StopIteration, InvalidRequirement) as error:
        reason = str(error) or "it has no METADATA"
        raise BundleError(f"{wheel} cannot be read as a wheel ({reason}): {INSTEAD}.") from None


def _digest(file: Path) -> str:
    return wheel_digest(file) if file.suffix == ".whl" else file_digest(file)


def _bracketed(extras: Iterable[str]) -> str:
    names = ",".join(sorted(extras))
    return f"[{names}]" if names else ""
