"""``.. emrun-platform::``: the table of what differs in a browser, for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes

from sphinx_emrun.directives import EmrunDirective
from sphinx_emrun.options import LenientOptions
from sphinx_emrun.platform import Group, Platform, Status, read_platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.util.typing import OptionSpec

STATUSES: tuple[Status, ...] = ("missing", "limited", "works")
SHOWN: tuple[Status, ...] = ("missing", "limited")
"""Where the directive says nothing else."""
HEAD = ("Module", "Status", "Why", "Instead")
WIDTHS = (30, 10, 30, 30)


def statuses(value: str | None) -> tuple[str, ...]:
    """The value of ``:status:``: some of :data:`STATUSES`.

    :raises ValueError: for anything else.
    """
    words = (value or "").replace(",", " ").split()
    if not words or not set(words) <= set(STATUSES):
        raise ValueError(f"must be some of {', '.join(STATUSES)}")
    return tuple(words)


class PlatformTable(EmrunDirective):
    """A row for each public module and each reason; what works is a list of names."""

    has_content = False
    option_spec: ClassVar[OptionSpec] = LenientOptions({"status": statuses})

    def make(self) -> list[nodes.Node]:
        platform, wanted = read_platform(), self.options.get("status", SHOWN)
        made: list[nodes.Node] = []
        rows = [row for row in _rows(platform) if row[1] in wanted]
        if rows:
            made.append(_table(rows))
        if "works" in wanted:
            working = [name for name in _public(platform.works) if platform.status(name) == "works"]
            made.append(nodes.paragraph("", "", *_literals(working)))
        return made


Row = tuple[str, Status, tuple[str, ...], Group]
"""A module, its status, the calls that fail for one reason, and that reason."""


def _rows(platform: Platform) -> Iterator[Row]:
    for module in sorted(_public({*platform.works, *platform.missing})):
        if module in platform.missing:
            if module.rpartition(".")[0] not in platform.missing:
                yield module, "missing", (), platform.missing[module].group
            continue
        failing = platform.failing_calls(module)
        groups = {failure.group.name: failure.group for failure in failing.values()}
        for name, group in groups.items():
            calls = [call.removeprefix(f"{module}.") for call in failing if failing[call].group.name == name]
            yield module, "limited", tuple(f"{call}()" for call in sorted(calls)), group


def _public(modules: Iterable[str]) -> list[str]:
    return sorted(name for name in modules if not any(part.startswith("_") for part in name.split(".")))


def _table(rows: Iterable[Row]) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in WIDTHS), cols=len(WIDTHS))
    group += nodes.thead("", nodes.row("", *(_entry(nodes.Text(each)) for each in HEAD)))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=["emrun-platform", "colwidths-given", "longtable"])


def _row(row: Row) -> nodes.row:
    module, status, calls, group = row
    first = _entry(nodes.literal("", module))
    if calls:
        first += nodes.paragraph("", "", *_literals(calls))
    reason = f"{group.reason[0].upper()}{group.reason[1:]}."
    texts = (status, reason, group.instead)
    return nodes.row("", first, *(_entry(nodes.Text(text)) for text in texts))


def _entry(content: nodes.Node) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", content))


def _literals(names: Iterable[str]) -> list[nodes.Node]:
    """Names as code, with commas between them."""
    parts: list[Any] = [part for name in names for part in (nodes.Text(", "), nodes.literal("", name))]
    return parts[1:]


def setup_module(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("emrun-platform", PlatformTable)
