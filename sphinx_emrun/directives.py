"""The directives. They make standard nodes, marked as runnable, that every builder knows how to show."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.directives.code import CodeBlock, LiteralIncludeReader
from sphinx.util import parselinenos
from sphinx.util.docutils import SphinxDirective

from sphinx_emrun.blocks import ATTRIBUTE, Block, Check, DataFile, Output, Setup, is_transcript
from sphinx_emrun.messages import EmrunWarning, warn
from sphinx_emrun.options import (
    LenientOptions,
    Rejected,
    doctest_flags,
    exception_name,
    path_list,
    seconds,
    session_name,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import OptionSpec

SESSION: OptionSpec = {"session": session_name}
FILES: OptionSpec = {"files": path_list}
FLAGS: OptionSpec = {"options": doctest_flags}
CHECK: OptionSpec = FLAGS | {
    "stdin": directives.unchanged_required,
    "expect-error": exception_name,
    "no-check": directives.flag,
    "timeout": seconds,
}
DISPLAY: OptionSpec = CodeBlock.option_spec


class EmrunDirective(SphinxDirective):
    """What our directives share: lenient options, and warnings that name the directive's line."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Warn about unusable options, then make the nodes."""
        for name, value in list(self.options.items()):
            if isinstance(value, Rejected):
                del self.options[name]
                kind = EmrunWarning.SESSION if name == "session" else EmrunWarning.OPTION
                self.warn(kind, f'the option ":{name}:" {value.reason}; it is left out.')
        return self.make()

    def make(self) -> list[nodes.Node]:
        """The directive's nodes."""
        raise NotImplementedError

    def warn(self, kind: EmrunWarning, text: str) -> None:
        """Warn at the directive's place."""
        warn(kind, f'in "{self.name}", {text}', self.get_location())

    def warn_if_empty(self, code: str) -> bool:
        """Whether there is no code; says so."""
        if not code.strip():
            self.warn(EmrunWarning.EMPTY, "there is no code.")
        return not code.strip()

    def data_files(self) -> tuple[DataFile, ...]:
        """The entries of ``:files:`` that can be used."""
        found: dict[str, DataFile] = {}
        for entry in self.options.get("files", ()):
            relative, absolute = self.env.relfn2path(entry)
            self.env.note_dependency(relative)
            name = Path(absolute).name
            if not Path(absolute).is_file():
                self.warn(EmrunWarning.FILES, f'":files:" names {entry!r}, which is no file; it is left out.')
            elif name in found:
                self.warn(EmrunWarning.FILES, f'":files:" has two files named {name!r}; the first is used.')
            else:
                digest = hashlib.sha256(Path(absolute).read_bytes()).hexdigest()[:16]
                found[name] = DataFile(name=name, path=Path(relative).as_posix(), digest=digest)
        return tuple(found.values())


class CodeDirective(EmrunDirective, CodeBlock):
    """A directive that shows code as ``code-block`` does."""

    def show(self, code: str, language: str, mark: Block | Output) -> list[nodes.Node]:
        """``code`` as ``code-block`` shows it, its literal block marked."""
        self.arguments = [language]
        self.content = StringList(code.splitlines(), self.get_source_info()[0])
        self._check_emphasis()
        shown = CodeBlock.run(self)
        if not any(_literal_blocks(shown)) and self.options.pop("caption", None):
            self.warn(EmrunWarning.OPTION, "the caption cannot be used; it is left out.")
            shown = CodeBlock.run(self)
        for literal in _literal_blocks(shown):
            literal[ATTRIBUTE] = mark
        return shown

    def _check_emphasis(self) -> None:
        """CodeBlock gives up on a wrong line specification, and the code with it."""
        try:
            parselinenos(self.options.get("emphasize-lines", "1"), len(self.content))
        except ValueError as problem:
            del self.options["emphasize-lines"]
            self.warn(EmrunWarning.OPTION, f'the option ":emphasize-lines:" is left out: {problem}.')


class Runnable(CodeDirective):
    """``.. runnable:: [FILE]``: code that the reader can run."""

    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = LenientOptions(
        DISPLAY
        | SESSION
        | FILES
        | CHECK
        | dict.fromkeys(("autorun", "isolated", "readonly"), directives.flag)
    )

    def make(self) -> list[nodes.Node]:
        code, filename = self._code()
        if code is None or self.warn_if_empty(code):
            return []
        language = "pycon" if is_transcript(code) else "python"
        return self.show(code, language, replace(self._block(), filename=filename))

    def _block(self) -> Block:
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

    def _code(self) -> tuple[str | None, str]:
        """The code, None when it cannot be read, and the base name of the file it comes from, if any."""
        path, lines = self._path_and_lines()
        content = "\n".join(lines)
        if path and content.strip():
            text = f"there are both content and the file {path!r}; the content is used."
            self.warn(EmrunWarning.FILE, text)
        elif path:
            return self._read(path), Path(path).name
        return content, ""

    def _path_and_lines(self) -> tuple[str, list[str]]:
        """The FILE and the content.

        docutils takes a paragraph that follows the directive's line at once for its argument, or part of it.
        """
        first, *misplaced = self.arguments[0].split("\n") if self.arguments else [""]
        if re.match(rf"\.\.\s+{re.escape(self.name)}\s*::\s*(\n|$)", self.block_text):
            first, misplaced = "", self.arguments[0].split("\n") if self.arguments else []
        lines = list(self.content)
        return first.strip(), [*misplaced, "", *lines] if misplaced and lines else misplaced + lines

    def _read(self, path: str) -> str | None:
        relative, absolute = self.env.relfn2path(path)
        self.env.note_dependency(relative)
        try:
            return LiteralIncludeReader(absolute, {}, self.config).read()[0]
        except (OSError, UnicodeError):
            self.warn(EmrunWarning.FILE, f"the file {path!r} is missing or cannot be read.")
            return None


class Repl(CodeDirective):
    """``.. repl::``: a prompt; its content, if any, is shown and run first."""

    optional_arguments = 0
    option_spec: ClassVar[OptionSpec] = LenientOptions(SESSION | FILES)

    def make(self) -> list[nodes.Node]:
        block = Block(kind="repl", session=self.options.get("session", ""), files=self.data_files())
        code = "\n".join(self.content)
        if code.strip():
            return self.show(code, "pycon" if is_transcript(code) else "python", block)
        placeholder = nodes.comment("", "", **{ATTRIBUTE: block})
        self.set_source_info(placeholder)
        return [placeholder]


class RunnableOutput(CodeDirective):
    """``.. runnable-output::``: what the block before it is expected to print."""

    optional_arguments = 0
    option_spec: ClassVar[OptionSpec] = LenientOptions(
        {name: DISPLAY[name] for name in ("class", "name")} | FLAGS
    )

    def make(self) -> list[nodes.Node]:
        output = "\n".join(self.content)
        mark = Output(flags=self.options.get("options", ()))
        return [] if self.warn_if_empty(output) else self.show(output, "none", mark)


class RunnableSetup(EmrunDirective):
    """``.. runnable-setup::``: hidden code; a comment, which no builder shows."""

    option_spec: ClassVar[OptionSpec] = LenientOptions(SESSION)

    def make(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        if self.warn_if_empty(code):
            return []
        mark = Setup(sessions=(self.options.get("session", ""),))
        node = nodes.comment(code, code, **{ATTRIBUTE: mark})
        self.set_source_info(node)
        return [node]


def _literal_blocks(tree: list[nodes.Node]) -> list[Any]:
    return [literal for node in tree for literal in node.findall(nodes.literal_block)]


def setup_module(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("runnable", Runnable)
    app.add_directive("runnable-setup", RunnableSetup)
    app.add_directive("runnable-output", RunnableOutput)
    app.add_directive("repl", Repl)
