"""The directives. They make standard nodes, marked as runnable, that every builder knows how to show."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.directives.code import CodeBlock
from sphinx.util import parselinenos

from sphinx_emrun.block_options import BLOCK, FILES, FLAGS, SESSION, BlockOptions
from sphinx_emrun.blocks import ATTRIBUTE, Block, Output, Setup, is_transcript
from sphinx_emrun.data_files import within
from sphinx_emrun.inclusion import INCLUDE, SELECTING, include
from sphinx_emrun.messages import EmrunWarning
from sphinx_emrun.options import LenientOptions

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import OptionSpec

DISPLAY: OptionSpec = CodeBlock.option_spec


class EmrunDirective(BlockOptions):
    """What our directives share: lenient options, and content."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Warn about unusable options, then make the nodes."""
        self.drop_rejected()
        return self.make()

    def make(self) -> list[nodes.Node]:
        """The directive's nodes."""
        raise NotImplementedError

    def warn_if_empty(self, code: str) -> bool:
        """Whether there is no code; says so."""
        if not code.strip():
            self.warn(EmrunWarning.EMPTY, "there is no code.")
        return not code.strip()


class CodeDirective(EmrunDirective, CodeBlock):
    """A directive that shows code as ``code-block`` does."""

    def show(self, code: str, language: str, mark: Block | Output) -> list[nodes.Node]:
        """``code`` as ``code-block`` shows it, its literal block marked."""
        self.arguments = [language]
        self.content = StringList(code.split("\n"), self.get_source_info()[0])
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
    option_spec: ClassVar[OptionSpec] = LenientOptions(INCLUDE | DISPLAY | BLOCK)

    def make(self) -> list[nodes.Node]:
        path, lines = self._path_and_lines()
        content = "\n".join(lines)
        if path and content.strip():
            text = f"there are both content and the file {path!r}; the content is used."
            self.warn(EmrunWarning.FILE, text)
        elif path:
            return self._show_file(path)
        for name in sorted(SELECTING & self.options.keys()):
            self.warn(EmrunWarning.OPTION, f'the option ":{name}:" needs a file; it is left out.')
        return [] if self.warn_if_empty(content) else self._show(content, self.block())

    def _show(self, code: str, block: Block) -> list[nodes.Node]:
        return self.show(code, "pycon" if is_transcript(code) else "python", block)

    def _path_and_lines(self) -> tuple[str, list[str]]:
        """The FILE and the content.

        docutils takes a paragraph that follows the directive's line at once for its argument, or part of it.
        """
        first, *misplaced = self.arguments[0].split("\n") if self.arguments else [""]
        if re.match(rf"\.\.\s+{re.escape(self.name)}\s*::\s*(\n|$)", self.block_text):
            first, misplaced = "", self.arguments[0].split("\n") if self.arguments else []
        lines = list(self.content)
        return first.strip(), [*misplaced, "", *lines] if misplaced and lines else misplaced + lines

    def _show_file(self, path: str) -> list[nodes.Node]:
        file = self.path_to(path)
        self.env.note_dependency(self.env.relfn2path(path)[0])
        if not within(file, self.roots()):
            text = f"the file {path!r} is outside the sources and the project; it is not shown."
            self.warn(EmrunWarning.FILE, text)
            return []
        try:
            found = include(
                file, self.options, self.config, self.state_machine.get_source_and_line(self.lineno)
            )
        except (OSError, UnicodeError):
            self.warn(EmrunWarning.FILE, f"the file {path!r} is missing or cannot be read.")
            return []
        except ValueError as problem:
            self.warn(EmrunWarning.FILE, f"the part of the file {path!r} cannot be read: {problem}.")
            return []
        self.options.pop("dedent", None)  # which the reader has done
        if "lineno-match" in self.options:
            self.options |= {"linenos": None, "lineno-start": found.first}
        if self.warn_if_empty(found.code):
            return []
        block = replace(self.block(), filename=file.name, file=str(file), lines=found.lines)
        return self._show(found.code, block)


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
