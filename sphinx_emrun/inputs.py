"""Tells the preview what a build was made from besides the pages, for it to be watched.

The preview names a file in the environment of the build; without that, nothing is told.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError

from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.workspace import sources_of
from sphinx_emrun.config import read_config
from sphinx_emrun.locate import find_project
from sphinx_emrun.preview.watch import REPORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

#: Options of Sphinx that name folders and files, relative to ``conf.py``.
PATHS = ("templates_path", "html_static_path", "html_extra_path")


def report_inputs(app: Sphinx, _exception: Exception | None) -> None:
    """Write the list of absolute paths: files, folders, and projects."""
    report = os.environ.get(REPORT)
    if report:
        Path(report).write_text(json.dumps(sorted({str(path) for path in _inputs(app)})), encoding="utf-8")


def _inputs(app: Sphinx) -> Iterator[Path]:
    source, confdir = Path(app.srcdir), Path(app.confdir)
    yield confdir / "conf.py"
    for option in PATHS:
        yield from (path for name in app.config[option] if (path := (confdir / name).resolve()).exists())
    for paths in app.env.dependencies.values():
        yield from ((source / path).resolve() for path in paths)
    config = read_config(app.config)
    project = None
    with contextlib.suppress(ExtensionError):  # which the build has said
        project = find_project(config.project, source, confdir)
    named = list(_named([*config.requirements, *config.uv_options], confdir))
    yield from _with_siblings([*named, *([project] if project else [])])


def _named(words: Iterable[str], folder: Path) -> Iterator[Path]:
    """The files and folders that the words of a command name."""
    for word in words:
        name = word.partition("=")[2] if word.startswith("-") else word.partition("[")[0]
        with contextlib.suppress(OSError, ValueError):  # a requirement may hold any character
            if name and (folder / name).exists():
                yield (folder / name).resolve()


def _with_siblings(paths: list[Path]) -> Iterator[Path]:
    """The paths, and the projects beside them that these depend on ([tool.uv.sources] and workspaces)."""
    known = set(paths)
    while paths:
        path = paths.pop()
        yield path
        new = {sibling for sibling in _siblings(path) if sibling.is_dir()} - known
        known |= new
        paths += sorted(new)


def _siblings(project: Path) -> Iterator[Path]:
    with contextlib.suppress(BundleError):  # which the build has said
        sources = sources_of(project, {}, (), ()).values()
        yield from (source.path for source in sources if source.path is not None)


def setup_module(app: Sphinx) -> None:
    """Tell it when the build has ended, also where it has failed."""
    app.connect("build-finished", report_inputs)
