"""Which docstring a block stands in, and the module whose globals its examples find there.

:mod:`doctest` runs the examples of each docstring in a copy of the globals of the module that defines the
object. What autodoc takes from a docstring has the source ``FILE:docstring of NAME``, other text its file.
"""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes

from sphinx_emrun.blocks import ATTRIBUTE, Block, Setup, marked
from sphinx_emrun.doctests import in_default_group, is_doctest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.nodes import Element, Node

DOCSTRING = "docstring of "
#: Between a file and an object's name.
SEPARATOR = f":{DOCSTRING}"


@dataclass(frozen=True, slots=True)
class Docstring:
    """Where a block of a docstring comes from."""

    name: str
    """The object's, with its module's."""
    module: str
    """The module that defines it."""
    file: str
    """The module's source; empty where it has none."""

    @property
    def source(self) -> str:
        """The same in autodoc's notation. autodoc itself names the file of the module that re-exports."""
        return f"{self.file}{SEPARATOR}{self.name}" if self.file else f"{DOCSTRING}{self.name}"


class Namespaces:
    """The namespaces of a page's docstrings. A docstring that the page shows twice has two."""

    def __init__(self) -> None:
        self._shown: dict[str, list[Element | None]] = {}

    def enter(self, document: nodes.document) -> None:
        """Give the blocks that stand in docstrings, and belong to no group, their docstring's namespace."""
        for node, block in marked(document, Block):
            if in_default_group(node, block.session) and (docstring := docstring_of(node)):
                name = self._of(docstring, node)
                node[ATTRIBUTE] = replace(block, session="", docstring=name, module=docstring.module)

    def enter_hidden_code(self, document: nodes.document) -> None:
        """The same for hidden code, once it has been marked."""
        for node, setup in marked(document, Setup):
            if setup.sessions == ("",) and in_default_group(node, "") and (docstring := docstring_of(node)):
                name = self._of(docstring, node)
                node[ATTRIBUTE] = replace(setup, docstring=name, module=docstring.module)

    def _of(self, docstring: Docstring, node: Element) -> str:
        shown = self._shown.setdefault(docstring.name, [])
        description = _description(node)
        if not any(each is description for each in shown):
            shown.append(description)
        number = next(i for i, each in enumerate(shown) if each is description)
        return f"{docstring.name}.{number + 1}" if number else docstring.name


def leave_names(document: nodes.document) -> None:
    """Leave the doctests of the page itself without ``__name__``, as :mod:`sphinx.ext.doctest` does."""
    for node, block in marked(document, Block):
        if is_doctest(node) and not block.docstring:
            node[ATTRIBUTE] = replace(block, module="")


def docstring_of(node: Element) -> Docstring | None:
    """The docstring that a node stands in; None outside, and where no module of it is imported here."""
    name = source_of(node).rpartition(DOCSTRING)[2] if DOCSTRING in source_of(node) else ""
    module = _defining_module(name) if name else None
    if module is None:
        return None
    return Docstring(name, module.__name__, _source_file(module))


def source_of(node: Element) -> str:
    """What a node says of its source, or what stands before it or around it does, where docutils forgot."""
    return next((each.source for each in _nearest(node) if each.source), "")


def _nearest(node: Node) -> Iterator[Node]:
    """The node, and what stands before it and around it, the nearest first, as far as its docstring goes."""
    yield node
    while (parent := node.parent) is not None:
        if not isinstance(node, addnodes.desc):
            for sibling in reversed(parent.children[: parent.index(node)]):
                if not isinstance(sibling, addnodes.desc):
                    yield from reversed(list(sibling.findall(lambda each: bool(each.source))))
        yield parent
        node = parent


def _description(node: Element) -> Element | None:
    """The description of an object that a node is part of."""
    while (parent := node.parent) is not None:
        if isinstance(parent, addnodes.desc):
            return parent
        node = parent
    return None


def _defining_module(name: str) -> ModuleType | None:
    """The module that defines the object ``name``, by the rules of :class:`doctest.DocTestFinder`."""
    parts = name.split(".")
    modules = [
        (module, parts[count:])
        for count in range(len(parts), 0, -1)
        if (module := sys.modules.get(".".join(parts[:count]))) is not None
    ]
    exact = (home for module, rest in modules if (home := _home(module, rest)) is not None)
    return next(exact, modules[0][0] if modules else None)


def _home(module: ModuleType, path: list[str]) -> ModuleType | None:
    """The module that defines what ``path`` leads to from ``module``; None where it leads nowhere."""
    found: Any = module
    for part in path:
        if isinstance(found, type):
            owner = next((each for each in found.__mro__ if part in vars(each)), found)
            module = sys.modules.get(owner.__module__, module)
            found = vars(owner).get(part)
        else:
            found = inspect.getattr_static(found, part, None)
            if found is None:
                return None
        # What is neither a class nor a function says the module of its class.
        if getattr(found, "__qualname__", None):
            module = sys.modules.get(found.__module__, module)
    return module


def _source_file(module: ModuleType) -> str:
    try:
        return inspect.getsourcefile(module) or ""
    except TypeError:  # a built-in module
        return ""
