"""From what the author has named to all that does not come from an index, as `uv pip install .` takes it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from sphinx_emrun.bundle.errors import BundleError, with_detail
from sphinx_emrun.bundle.from_source import NotBuiltError
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.project import is_project, read_pyproject
from sphinx_emrun.bundle.wanted import Local, Wanted, name_of, required_by
from sphinx_emrun.bundle.wheels import INSTEAD, Builder
from sphinx_emrun.bundle.workspace import Source, source_at, sources_of

#: A path, extras and a marker: PEP 508 has no form for it, but pip takes it.
PATH = re.compile(r"(?P<path>[^\[;]+?)\s*(?P<extras>\[[^\]]*\])?\s*(?:;\s*(?P<marker>.+))?")
ARCHIVES = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz")
ELSEWHERE = "name a wheel that is, in emrun_requirements, or do without it"


def marker_environment(interpreter: Interpreter) -> dict[str, str]:
    """The environment of markers (PEP 508) in a page."""
    return {
        "implementation_name": "cpython",
        "implementation_version": interpreter.python,
        "os_name": "posix",
        "platform_machine": "wasm32",
        "platform_python_implementation": "CPython",
        "platform_system": "Emscripten",
        "python_full_version": interpreter.python,
        "python_version": ".".join(interpreter.python.split(".")[:2]),
        "sys_platform": "emscripten",
    }


class Collector:
    """Follows requirements as far as they lead to this machine or to URLs, and has wheels built."""

    def __init__(
        self, builder: Builder, from_source: Callable[[str], Path], environment: Mapping[str, str]
    ) -> None:
        """Make a collector for one site.

        :param from_source: makes the wheel of a direct reference to sources elsewhere.
        """
        self._builder = builder
        self._from_source = from_source
        self._environment = environment
        self._wanted = Wanted()
        self._open: deque[tuple[str, frozenset[str]]] = deque()
        self._seen: set[tuple[str, frozenset[str]]] = set()

    def collect(
        self, project: Path | None, requirements: Iterable[str], *, groups: Iterable[str] = (), folder: Path
    ) -> Wanted:
        """Find everything, and build it.

        :param project: a folder or a wheel.
        :param requirements: PEP 508, or paths, which are relative to `folder`.
        :param groups: dependency groups (PEP 735) of the project.
        :raises BundleError: when a requirement is none, or a wheel cannot be built.
        """
        if project is not None:
            name = self._take("", Source(path=project.resolve()), frozenset(), INSTEAD)
            self._wanted.requirements.append(name)
        for group in groups:
            self._add_group(project, group)
        for text in requirements:
            self._add(text, project, folder)
        while self._open:
            self._follow(*self._open.popleft())
        return self._wanted

    def _add(self, text: str, project: Path | None, folder: Path) -> None:
        try:
            requirement = Requirement(text)
            source = None if requirement.url is None else source_at(requirement.url, folder)
        except InvalidRequirement:
            requirement, source = _from_path(text, project, folder)
        if source is not None:
            name = "" if requirement.url is None else canonicalize_name(requirement.name)
            requirement.name = self._take(name, source, _names(requirement.extras), ELSEWHERE)
            requirement.url = None
        elif _applies(requirement, self._environment, ()):
            self._apply(requirement, {})
        self._wanted.requirements.append(str(requirement))

    def _add_group(self, project: Path | None, group: str) -> None:
        declared = read_pyproject(project).get("dependency-groups", {}) if project else {}
        tables = {str(canonicalize_name(name)): entries for name, entries in declared.items()}
        name = canonicalize_name(group)
        sources = sources_of(project, self._environment, (), {name}) if project else {}
        for text in _group(name, tables):
            self._wanted.requirements.append(text)
            self._apply(Requirement(text), sources)

    def _take(self, name: str, source: Source, extras: frozenset[str], instead: str) -> str:
        """Let a name stand for what a source leads to; returns it, for only a wheel may know it."""
        if source.path is not None:
            built = not source.path.name.endswith(ARCHIVES)
            file = self._builder.wheel(source.path, instead=instead) if built else source.path
            name = name or name_of(file)
            self._wanted.local[name] = Local(file, source.path)
            self._open.append((name, extras))
        elif source.url.partition("#")[0].endswith(".whl"):
            self._wanted.urls[name] = source.url
        elif name not in self._wanted.local:
            self._wanted.local[name] = Local(self._elsewhere(name, source.url), source.url)
            self._open.append((name, extras))
        self._wanted.extras.setdefault(name, set()).update(extras)
        return name

    def _elsewhere(self, name: str, url: str) -> Path:
        try:
            return self._from_source(f"{name} @ {url}")
        except NotBuiltError as problem:
            sentence = f"{name} cannot be built from {url}: correct its source, or {ELSEWHERE}. uv said:"
            raise BundleError(with_detail(sentence, str(problem))) from None

    def _follow(self, name: str, extras: frozenset[str]) -> None:
        """Look at what a package of this machine depends on."""
        package = self._wanted.local[name]
        if (name, extras) in self._seen or package.file.suffix != ".whl":
            return
        self._seen.add((name, extras))
        folder = package.origin if isinstance(package.origin, Path) and package.origin.is_dir() else None
        sources = sources_of(folder, self._environment, extras, ()) if folder else {}
        for requirement in required_by(package.file):
            if _applies(requirement, self._environment, extras):
                self._apply(requirement, sources)
                if canonicalize_name(requirement.name) == name:
                    self._open.append((name, extras | _names(requirement.extras)))

    def _apply(self, requirement: Requirement, sources: Mapping[str, Source]) -> None:
        name = canonicalize_name(requirement.name)
        source = sources.get(name)
        if name in self._wanted.local or name in self._wanted.urls:
            self._wanted.extras[name].update(_names(requirement.extras))
            if name in self._wanted.local:
                self._open.append((name, _names(requirement.extras)))
        elif source is not None and source.index:
            self._wanted.indexes[name] = source.index
            requirement.marker = None  # it applies
            self._wanted.requirements.append(str(requirement))
        elif source is not None:
            self._take(name, source, _names(requirement.extras), ELSEWHERE)


def _from_path(text: str, project: Path | None, folder: Path) -> tuple[Requirement, Source]:
    """What pip takes as a requirement as well; ``.`` is the project, wherever it is."""
    match = PATH.fullmatch(text.strip())
    try:
        if match is None:
            raise InvalidRequirement
        path = (folder / match["path"]).resolve()
        if match["path"].startswith("file:"):
            path = source_at(match["path"], folder).path or path
        if not path.exists():
            raise InvalidRequirement
        requirement = Requirement(f"unnamed{match['extras'] or ''}")
        requirement.marker = Marker(match["marker"]) if match["marker"] else None
    except ValueError:
        raise BundleError(
            f"{text!r} in emrun_requirements is not a requirement (NAME or NAME @ URL), and no file or"
            f" folder of {folder}: correct it."
        ) from None
    if project is not None and path == folder.resolve() and not is_project(path):
        path = project.resolve()
    return requirement, Source(path=path)


def _names(extras: Iterable[str]) -> frozenset[str]:
    return frozenset(canonicalize_name(extra) for extra in extras)


def _applies(requirement: Requirement, environment: Mapping[str, str], extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras))


def _group(name: str, tables: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[str]:
    """The requirements of a dependency group (PEP 735)."""
    if name not in tables or name in above:
        raise BundleError(
            f"The project has no dependency group {name!r} that does not include itself: correct emrun_groups"
            " or [dependency-groups] in pyproject.toml."
        )
    for entry in tables[name]:
        match entry:
            case str(text):
                yield text
            case {"include-group": str(other)}:
                yield from _group(canonicalize_name(other), tables, (*above, name))
