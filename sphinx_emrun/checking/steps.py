"""From a page that has been read to what the build runs of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from docutils import nodes

from sphinx_emrun.blocks import Block, Output, Setup, is_transcript, marker, script_of
from sphinx_emrun.checking.plan import SECONDS, Expected, Place, Plan, Step
from sphinx_emrun.docstrings import docstring_of, source_of

if TYPE_CHECKING:
    from docutils.nodes import Element


def plans_of(document: nodes.document, docname: str) -> list[Plan]:
    """The plans of a page's sessions, in the order in which their blocks come."""
    setups: dict[str, list[Step]] = {}
    steps: dict[str, list[Step]] = {}
    latest: list[Step] | None = None
    for node in document.findall(nodes.Element):
        if setup := marker(node, Setup):
            for session in setup.sessions:
                setups.setdefault(session, []).extend(_hidden(node, setup))
        elif block := marker(node, Block):
            latest = None
            code = node.get("test") or node.astext()  # with the flags that a page does not show
            if block.check.wanted and code.strip():
                latest = steps.setdefault(block.session, [])
                latest.append(_step(node, block, code))
        elif (output := marker(node, Output)) and latest:
            latest[-1] = _expecting(latest[-1], node, output)
            latest = None
    return [
        Plan(docname=docname, session=name, setup=tuple(setups.get(name, ())), steps=tuple(found))
        for name, found in steps.items()
    ]


def _hidden(node: Element, setup: Setup) -> list[Step]:
    try:
        code = script_of(node.get("test") or node.astext())
    except ValueError:  # it is warned about where a page is written
        return []
    return [Step(source=code, place=_place(node), docstring=setup.docstring)]


def _step(node: Element, block: Block, code: str) -> Step:
    check = block.check
    return Step(
        source=code,
        place=_place(node),
        ident=block.ident,
        kind="transcript" if is_transcript(code) else "script",
        filename=block.filename,
        namespace=block.namespace,
        module=block.module,
        docstring=block.docstring,
        stdin=check.stdin,
        seconds=check.seconds or SECONDS,
        files=block.files,
        expect_error=check.expect_error,
        flags=check.flags,
    )


def _expecting(step: Step, node: Element, output: Output) -> Step:
    expected = Expected(text=node.astext() + "\n", flags=output.flags, place=_place(node))
    return dataclasses.replace(step, expected=expected)


def _place(node: Element) -> Place:
    docstring = docstring_of(node)
    return Place(source=docstring.source if docstring else source_of(node), line=node.line)
