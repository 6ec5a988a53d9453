"""What tests of more than one folder share."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from equipment import Equipment

from tests.shared import Shared

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

pytest_plugins = ["sphinx.testing.fixtures"]

ROOTS = Path(__file__).parent / "roots"
#: Folders whose tests make bundles or start many interpreters: together they take minutes.
SLOW = {"benchmarks", "bundle", "docs", "interpreter", "shell"}

MakeSite = Callable[..., "SphinxTestApp"]
WarningsOf = Callable[["SphinxTestApp"], list[str]]


def pytest_configure(config: pytest.Config) -> None:
    """Without --browser, both engines."""
    config.option.browser = config.option.browser or ["chromium", "firefox"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `dev.py test --quick` leaves out."""
    for item in items:
        if item.path.relative_to(Path(__file__).parent).parts[0] in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Shared:
    """Folders that all processes of this run use."""
    base = tmp_path_factory.getbasetemp()
    return Shared((base if worker_id == "master" else base.parent) / "shared")


@pytest.fixture(scope="session")
def equipment(shared: Shared) -> Equipment:
    """What the terminal's cases run on."""
    return Equipment(shared)


@pytest.fixture
def make_site(
    make_app: Callable[..., SphinxTestApp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MakeSite:
    """Makes a Sphinx application for a copy of ``roots/test-<root>``; the same copy each time within a test.

    ``pages`` ({name: text}) are added to the copy, or replace pages of it. The one made before is closed,
    for docutils' registries are the process's. Nothing is checked, for which a real bundle would be needed.
    """
    monkeypatch.setattr("sphinx_emrun.checking.site.is_wanted", lambda _app: False)
    made: list[SphinxTestApp] = []

    def make(
        root: str, builder: str = "html", pages: dict[str, str] | None = None, **options: Any
    ) -> SphinxTestApp:
        source = tmp_path / root
        if not source.exists():
            shutil.copytree(ROOTS / f"test-{root}", source)
        for name, text in (pages or {}).items():
            (source / name).write_text(text, encoding="utf-8")
        if made:
            made[-1].cleanup()
        made.append(make_app(builder, srcdir=source, **options))
        return made[-1]

    return make


@pytest.fixture
def warnings_of() -> WarningsOf:
    """Tells what a build has warned about: its lines, without colours."""
    return lambda app: re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue()).splitlines()
