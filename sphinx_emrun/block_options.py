"""Our options of a directive that shows code, and the block that they make of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from sphinx_emrun.blocks import Block, Check, DataFile
from sphinx_emrun.config import read_config
from sphinx_emrun.data_files import UnusableError, data_file, files_of, in_the_way, listing
from sphinx_emrun.domain import get_domain
from sphinx_emrun.messages import EmrunWarning, warn
from sphinx_emrun.options import Rejected, doctest_flags, exception_name, path_list, seconds, session_name

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import OptionSpec

SESSION: OptionSpec = {"session": session_name}
FILES: OptionSpec = {"files": path_list}
FLAGS: OptionSpec = {"options": doctest_flags}
BLOCK: OptionSpec = {
    **SESSION,
    **FILES,
    **FLAGS,
    "stdin": directives.unchanged_required,
    "expect-error": exception_name,
    "no-check": directives.flag,
    "timeout": seconds,
    **dict.fromkeys(("autorun", "isolated", "readonly"), directives.flag),
}
"""What a runnable block takes besides the options of ``code-block``."""


class BlockOptions(SphinxDirective):
    """A directive with some of :data:`BLOCK`, read by :class:`~sphinx_emrun.options.LenientOptions`."""

    def warn(self, kind: EmrunWarning, text: str) -> None:
        """Warn at the directive's place."""
        warn(kind, f'in "{self.name}", {text}', self.get_location())

    def drop_rejected(self) -> None:
        """Warn about unusable options, and forget them."""
        for name, value in list(self.options.items()):
            if isinstance(value, Rejected):
                del self.options[name]
                kind = EmrunWarning.SESSION if name == "session" else EmrunWarning.OPTION
                self.warn(kind, f'the option ":{name}:" {value.reason}; it is left out.')

    def block(self) -> Block:
        """The block that the options describe."""
        isolated, session = "isolated" in self.options, self.options.get("session", "")
        if isolated and session:
            text = '":isolated:" and ":session:" exclude each other; the block is isolated.'
            self.warn(EmrunWarning.SESSION, text)
            session = ""
        return Block(
            session=session,
            isolated=isolated,
            readonly="readonly" in self.options,
            files=self.data_files(),
            autorun="autorun" in self.options,
            check=Check(
                wanted="no-check" not in self.options,
                stdin=self.options.get("stdin", ""),
                expect_error=self.options.get("expect-error", ""),
                seconds=self.options.get("timeout"),
                flags=self.options.get("options", ()),
            ),
        )

    def data_files(self) -> tuple[DataFile, ...]:
        """What the entries of ``:files:`` bring, as far as they can be used."""
        found: dict[str, DataFile] = {}
        for entry in self.options.get("files", ()):
            there = self.path_to(entry)
            get_domain(self.env).note_folder(self.env.docname, there, listing(there))
            try:
                for name, path in files_of(entry, there, self.roots()):
                    self._add_file(found, name, path)
            except UnusableError as problem:
                self.warn(EmrunWarning.FILES, f'":files:" names {entry!r}, {problem}; it is left out.')
        return tuple(found.values())

    def _add_file(self, found: dict[str, DataFile], name: str, path: Path) -> None:
        relative = Path(os.path.relpath(path, self.env.srcdir)).as_posix()
        self.env.note_dependency(relative)
        file = data_file(name, path, relative)
        if name in found and found[name] != file:
            self.warn(EmrunWarning.FILES, f'":files:" has two files named {name!r}; the first is used.')
        elif in_the_way(name, found):
            text = f'":files:" has {name!r} as a file and as a folder; the first is used.'
            self.warn(EmrunWarning.FILES, text)
        else:
            found.setdefault(name, file)

    def path_to(self, entry: str) -> Path:
        """The file that a path of this document means: relative to it, or with ``/`` to the sources."""
        return Path(self.env.relfn2path(entry)[1])

    def roots(self) -> tuple[Path, ...]:
        """The folders whose files may be published."""
        return get_domain(self.env).roots


def note_roots(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Note the folders whose files may be published: the sources', and the project's."""
    from sphinx_emrun.locate import find_project

    srcdir = Path(app.srcdir)
    try:
        project = find_project(read_config(app.config).project, srcdir, Path(app.confdir))
    except ExtensionError:  # which is said where the bundle is made
        project = None
    get_domain(env).roots = (srcdir,) if project is None else (srcdir, project)


def changed_folders(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The documents whose ``:files:`` name a folder that has got or lost a file."""
    folders = get_domain(env).folders.items()
    return [doc for doc, found in folders if any(listing(path) != names for path, names in found.items())]


def setup_module(app: Sphinx) -> None:
    """Find the folders once a build."""
    app.connect("env-get-outdated", changed_folders)
    app.connect("env-before-read-docs", note_roots)
