"""Joins the lint to Sphinx: it warns while a site is built."""

from __future__ import annotations

import dataclasses
import json
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util.display import progress_message

from sphinx_emrun.assets import cache_folder
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.stdlib import left_out
from sphinx_emrun.checking.places import location
from sphinx_emrun.config import read_config
from sphinx_emrun.domain import get_domain
from sphinx_emrun.failures import author_told
from sphinx_emrun.lint.programs import lint_plans
from sphinx_emrun.lint.rules import Rules
from sphinx_emrun.lint.sources import installed_tree
from sphinx_emrun.lint.tree import lint_tree
from sphinx_emrun.messages import EmrunWarning, warn
from sphinx_emrun.platform import GROUPS, TABLE, read_platform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_emrun.lint.tree import Tree


def lint_site(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of what cannot work in the blocks, the project and what they import, once there is a bundle.

    Nothing is said of a line that the check has found to fail.
    """
    domain = get_domain(env)
    if domain.draft is None:
        return
    config = read_config(app.config)
    installed = domain.draft.installed
    tree = installed_tree(installed) if installed else {}
    provided = {name.partition(".")[0] for name in tree} | (_twins() if config.stdlib == "full" else set())
    rules = Rules(platform=read_platform(), provided=provided)
    plans = [plan for docname in sorted(domain.plans) for plan in domain.plans[docname]]
    found = lint_plans(plans, dataclasses.replace(rules, program=True, functions=True))
    failed = domain.report.failed if domain.report else ()
    told = {location(failure) for each in failed for failure in each.failures}
    problems = [(place, text) for place, text in found if place not in told]
    if installed:
        trees = [package.origin for package in domain.draft.local if isinstance(package.origin, Path)]
        with author_told(cache_folder(app)):
            there = _lint_installed(installed, tree, rules, domain.modules(), Cache(cache_folder(app)))
        problems += [(f"{_original(path, installed, trees)}:{line}", text) for path, line, text in there]
    for place, text in problems:
        warn(EmrunWarning.UNSUPPORTED, text, place)


def _twins() -> set[str]:
    """What only the whole standard library has."""
    return {name for name in left_out() if "." not in name and "/" not in name}


def _lint_installed(
    installed: Path, tree: Tree, rules: Rules, imported: Iterable[str], cache: Cache
) -> list[tuple[str, int, str]]:
    """Path, line and text of what fails when the project's modules, or those of the blocks, are imported."""
    own = [name for distribution in distributions(path=[str(installed)]) for name in _own(distribution, tree)]

    def make(folder: Path) -> None:
        with progress_message("looking for what cannot work in a browser"):
            found = lint_tree(tree, own, rules, sorted(imported))
        lines = [(each.source.path, each.finding.line, each.finding.text + _by(each.chain)) for each in found]
        (folder / "found.json").write_text(json.dumps(lines), encoding="utf-8")

    files = [*Path(__file__).parent.glob("*.py"), TABLE, GROUPS]
    ours = {file.name: file_digest(file) for file in files}
    entry = cache.entry(
        "lint", key(str(installed), sorted(own), sorted(imported), sorted(rules.provided), ours), make
    )
    return [(path, line, text) for path, line, text in json.loads((entry / "found.json").read_text("utf-8"))]


def _own(distribution: Distribution, tree: Tree) -> list[str]:
    """The modules of a distribution that was installed from this machine, as the project's wheel is."""
    source = json.loads(distribution.read_text("direct_url.json") or "{}")
    if not source.get("url", "").startswith("file:"):
        return []
    paths = {str(distribution.locate_file(file)) for file in distribution.files or ()}
    return [name for name, module in tree.items() if module.path in paths]


def _by(chain: tuple[str, ...]) -> str:
    return f" (It is imported by {' → '.join(chain[:-1])}.)" if len(chain) > 1 else ""


def _original(path: str, installed: Path, trees: Iterable[Path]) -> Path:
    """The file in one of the trees of projects that was installed at `path`, where it is known."""
    copy = Path(path)
    for folder in (tree / source for tree in trees for source in ("src", ".")):
        original = folder / copy.relative_to(installed)
        if original.is_file() and original.read_bytes() == copy.read_bytes():
            return original
    return copy


def setup_module(app: Sphinx) -> None:
    """Look once the bundle has been made, for the check (400) or for the site (500)."""
    app.connect("env-updated", lint_site, priority=600)
