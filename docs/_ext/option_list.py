"""The list of the options in ``conf.py``, made from where they are declared."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from sphinx_emrun.config import PREFIX, EmrunConfig, option_default

if TYPE_CHECKING:
    from dataclasses import Field
    from typing import Any

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


class OptionList(SphinxDirective):
    """``emrun-options``: each option, its default, and what it is for."""

    def run(self) -> list[nodes.Node]:
        return [nodes.definition_list("", *map(self._item, fields(EmrunConfig)))]

    def _item(self, option: Field[Any]) -> nodes.definition_list_item:
        name = PREFIX + option.name
        term = nodes.term("", "", nodes.literal("", name), ids=[nodes.make_id(name)])
        text, messages = self.parse_inline(option.metadata["help"], lineno=self.lineno)
        default = nodes.literal("", repr(option_default(option)))
        about = nodes.paragraph("", "", *text, nodes.Text(" Default: "), default, nodes.Text("."))
        return nodes.definition_list_item("", term, nodes.definition("", about, *messages))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("emrun-options", OptionList)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
