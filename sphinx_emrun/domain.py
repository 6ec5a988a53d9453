"""Which documents hold runnable blocks: in a domain, so that incremental and parallel builds are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from sphinx.domains import Domain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from sphinx_emrun.blocks import Block, DataFile
    from sphinx_emrun.bundle import Beside, Bundle, Draft, Prepared
    from sphinx_emrun.checking.checks import Report
    from sphinx_emrun.checking.plan import Plan


class EmrunDomain(Domain):
    """Holds the blocks of each document, in the order of the page, and what the build checks.

    It has no directives, roles or objects.
    """

    name = "emrun"
    label = "sphinx-emrun"
    data_version = 3
    initial_data: ClassVar[dict[str, Any]] = {
        "blocks": {},
        "plans": {},
        "modules": {},
        "others": {},
        "folders": {},
    }

    roots: tuple[Path, ...] = ()
    """The folders whose files this build may publish. Not kept."""
    prepared: Prepared | None = None
    """What the draft is made from, once this build has installed it. Not kept."""
    draft: Draft | None = None
    """What the check runs, once this build has made it. Not kept."""
    bundle: Beside[Bundle] | None = None
    """What the site ships, once this build has begun to make it. Not kept."""
    report: Report | None = None
    """What the check of this build found, once it has been made. Not kept."""

    @property
    def blocks(self) -> dict[str, tuple[Block, ...]]:
        """{document: its blocks}; documents without blocks are absent."""
        return cast("dict[str, tuple[Block, ...]]", self.data["blocks"])

    @property
    def plans(self) -> dict[str, tuple[Plan, ...]]:
        """{document: what its sessions run}; documents without blocks are absent."""
        return cast("dict[str, tuple[Plan, ...]]", self.data["plans"])

    def note(self, docname: str, blocks: Iterable[Block], plans: Iterable[Plan]) -> None:
        """Record the blocks of a document that has just been read, and what is to be checked."""
        for data, found in ((self.blocks, tuple(blocks)), (self.plans, tuple(plans))):
            if found:
                cast("dict[str, tuple[Any, ...]]", data)[docname] = found

    @property
    def folders(self) -> dict[str, dict[Path, tuple[str, ...]]]:
        """{document: {folder that its ``:files:`` name: the names of the files in it}}."""
        return cast("dict[str, dict[Path, tuple[str, ...]]]", self.data["folders"])

    def note_folder(self, docname: str, path: Path, names: tuple[str, ...]) -> None:
        """Record a folder that a document names, with the files in it."""
        if names:
            self.folders.setdefault(docname, {})[path] = names

    def note_others(self, docname: str, others: int) -> None:
        """Record how many blocks of a document show Python and cannot be run."""
        if others:
            self.data["others"][docname] = others

    def others(self) -> int:
        """How many blocks show Python and cannot be run."""
        return sum(self.data["others"].values())

    def note_modules(self, docname: str, modules: frozenset[str]) -> None:
        """Record which modules the code of a document may import."""
        if modules:
            self.data["modules"][docname] = modules

    def modules(self) -> frozenset[str]:
        """What some block, or hidden code, may import."""
        return frozenset[str]().union(*self.data["modules"].values())

    def files(self) -> set[DataFile]:
        """Every file that some block needs."""
        return {file for blocks in self.blocks.values() for block in blocks for file in block.files}

    def clear_doc(self, docname: str) -> None:
        """Forget a document that is read again or gone."""
        self.blocks.pop(docname, None)
        self.data["modules"].pop(docname, None)
        self.data["others"].pop(docname, None)
        self.folders.pop(docname, None)
        self.plans.pop(docname, None)

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what a parallel reader recorded."""
        for docname in docnames:
            self.note(docname, otherdata["blocks"].get(docname, ()), otherdata["plans"].get(docname, ()))
            self.note_modules(docname, otherdata["modules"].get(docname, frozenset()))
            self.note_others(docname, otherdata["others"].get(docname, 0))
            for path, names in otherdata["folders"].get(docname, {}).items():
                self.note_folder(docname, path, names)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Nothing of ours can be referred to."""
        return []


def get_domain(env: BuildEnvironment) -> EmrunDomain:
    """The domain of a build."""
    return cast("EmrunDomain", env.get_domain(EmrunDomain.name))


def setup_module(app: Sphinx) -> None:
    """Register the domain."""
    app.add_domain(EmrunDomain)
