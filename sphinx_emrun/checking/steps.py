"""From a page that has been read to what the build runs of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from docutils import nodes

from sphinx_emrun.blocks import ASKED, Block, Output, Setup, kind_of, marker
from sphinx_emrun.checking.plan import SECONDS, Expected, Place, Plan, Role, Step
from sphinx_emrun.docstrings import docstring_of, file_of
from sphinx_emrun.doctests import flags_of, hidden_script, in_order, source_of

if TYPE_CHECKING:
    from docutils.nodes import Element


@dataclass
class _Parts:
    """What a session runs, as far as the page has been gone through."""

    setup: list[Step] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    cleanup: list[Step] = field(default_factory=list)

    def expect(self, idents: tuple[str, ...], expected: Expected) -> None:
        """Note what the latest step prints, where it is one of these."""
        if self.steps and self.steps[-1].ident in idents:
            outputs = (*self.steps[-1].outputs, expected)
            self.steps[-1] = replace(self.steps[-1], outputs=outputs)


def plans_of(document: nodes.document, docname: str, seconds: float = SECONDS) -> list[Plan]:
    """The plans of a page's sessions, in the order in which their blocks come.

    :param seconds: how long a block may run that does not say so itself.
    """
    sessions: dict[str, _Parts] = {}
    for node in in_order(document.findall(nodes.Element)):
        if setup := marker(node, Setup):
            for session in setup.sessions:
                _add_hidden(sessions.setdefault(session, _Parts()), node, setup, seconds)
        elif block := marker(node, Block):
            step = _step(node, block, seconds)
            for session in (block.session, *block.also):
                sessions.setdefault(session, _Parts()).steps.extend(step)
        elif output := marker(node, Output):
            for parts in sessions.values():
                parts.expect(output.blocks, _expected(node, output))
    return [
        Plan(
            docname=docname,
            session=name,
            setup=tuple(parts.setup),
            steps=tuple(parts.steps),
            cleanup=tuple(parts.cleanup),
        )
        for name, parts in sessions.items()
        if parts.steps
    ]


def _add_hidden(parts: _Parts, node: Element, setup: Setup, seconds: float) -> None:
    if setup.when == "here":
        described: Block = node.get(ASKED) or Block()
        block = replace(
            described,
            ident=setup.ident,
            filename=f"<{node['testnodetype']}>",
            isolated=False,
            check=replace(described.check, flags=flags_of(node)),
            docstring=setup.docstring,
            module=setup.module,
        )
        parts.steps.extend(replace(step, role="hidden") for step in _step(node, block, seconds))
        return
    try:
        code = hidden_script(node)
    except ValueError:  # it is warned about where a page is written
        return
    first = setup.when == "first"
    role: Role = "setup" if first else "cleanup"
    step = Step(
        source=code,
        place=_place(node),
        role=role,
        docstring=setup.docstring,
        seconds=seconds,
        unless=node.get("skipif", ""),
    )
    (parts.setup if first else parts.cleanup).append(step)


def _step(node: Element, block: Block, seconds: float) -> list[Step]:
    """The step of a block, if it is to be run."""
    check, code = block.check, source_of(node)
    if not check.wanted or not code.strip():
        return []
    return [
        Step(
            source=code,
            place=Place(source=block.file, line=1) if block.file else _place(node),
            lines=block.lines,
            ident=block.ident,
            kind=kind_of(code),
            filename=block.filename,
            namespace=block.namespace,
            module=block.module,
            docstring=block.docstring,
            stdin=check.stdin,
            seconds=check.seconds or seconds,
            files=block.files,
            expect_error=check.expect_error,
            flags=check.flags,
            unless=node.get("skipif", ""),
        )
    ]


def _expected(node: Element, output: Output) -> Expected:
    text = node.astext() and node.astext() + "\n"
    return Expected(text=text, flags=output.flags, place=_place(node), unless=node.get("skipif", ""))


def _place(node: Element) -> Place:
    docstring = docstring_of(node)
    return Place(source=docstring.source if docstring else file_of(node), line=node.line)
