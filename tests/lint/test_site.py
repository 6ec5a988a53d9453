"""What a build warns of besides the blocks: the project, and what is imported of the other packages."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from sphinx_emrun.bundle.wanted import LocalPackage
from sphinx_emrun.domain import get_domain

if TYPE_CHECKING:
    from tests.conftest import MakeSite, WarningsOf

FILES = {
    "mine/__init__.py": "import other.used\nfrom mine import _inner\n",
    "mine/_inner.py": "import curses\nimport turtle\nimport _pyio\n",
    "mine-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: mine\nVersion: 1\n",
    "mine-1.dist-info/RECORD": "mine/__init__.py,,\nmine/_inner.py,,\n",
    "mine-1.dist-info/direct_url.json": '{"url": "file:///somewhere/mine-1-py3-none-any.whl"}',
    "other/__init__.py": "",
    "other/used.py": "import threading\nthreading.Thread(target=print).start()\n",
    "other/unused.py": "import tkinter\n",
    "other/entry.py": "import grp\n",
    "other-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: other\nVersion: 1\n",
    "other-1.dist-info/RECORD": "other/used.py,,\nother/unused.py,,\n",
    "turtle.py": "",
}
PAGE = "Page\n====\n\n.. runnable::\n\n   import other.entry, turtle\n   import dbm\n"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """What uv installs: the project from its wheel, the rest from an index."""
    folder = tmp_path / "installed"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The tree from which the wheel was built; one of its files has been edited since."""
    folder = tmp_path / "project"
    (folder / "src" / "mine").mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    (folder / "src" / "mine" / "_inner.py").write_text(FILES["mine/_inner.py"])
    return folder


class Lint(Protocol):
    """Builds, with a bundle made; ``installed`` is what it holds."""

    def __call__(
        self, installed: Path | None, project: Path | None = None, **options: Any
    ) -> list[tuple[str, str]]:
        """The place, and what fails there, of each warning; the wheel of `mine` is from `project`."""


@pytest.fixture
def lint(make_site: MakeSite, warnings_of: WarningsOf, tmp_path: Path) -> Lint:
    def run(installed: Path | None, project: Path | None = None, **options: Any) -> list[tuple[str, str]]:
        options = {"emrun_project": None, "show_warning_types": True} | options
        app = make_site("plain", "text", {"index.rst": PAGE}, confoverrides=options)
        local = () if project is None else (LocalPackage("mine", "1", project),)
        draft: Any = SimpleNamespace(installed=installed, local=local)
        app.connect("env-updated", lambda _, env: setattr(get_domain(env), "draft", draft), priority=300)
        app.build()
        found = [line.split(": WARNING: ") for line in warnings_of(app)]
        assert all(text.endswith(" [emrun.unsupported]") for _, text in found), found
        return [(place.removeprefix(f"{tmp_path}/"), text.split()[0]) for place, text in found]

    return run


EXPECTED = [
    ("plain/index.rst:7", "dbm"),
    ("project/src/mine/_inner.py:1", "curses"),
    ("project/src/mine/_inner.py:3", "_pyio"),
    ("installed/other/entry.py:1", "grp"),
    ("installed/other/used.py:2", "threading.Thread.start()"),
]


def test_blocks_project_and_what_they_import_are_read(lint: Lint, installed: Path, project: Path) -> None:
    assert lint(installed, project) == EXPECTED
    for file in installed.glob("*/*.py"):
        file.write_text("")  # which would be another folder: this one is known
    assert lint(installed) == [
        *EXPECTED[:1],
        ("installed/mine/_inner.py:1", "curses"),
        ("installed/mine/_inner.py:3", "_pyio"),
        *EXPECTED[3:],
    ]


def test_the_whole_standard_library_has_more(lint: Lint, installed: Path, project: Path) -> None:
    found = lint(installed, project, emrun_stdlib="full")
    assert found == [each for each in EXPECTED if each[1] != "_pyio"]


def test_it_can_be_silenced(lint: Lint, installed: Path, project: Path) -> None:
    assert lint(installed, suppress_warnings=["emrun.unsupported"]) == []


def test_a_site_without_packages_is_read(lint: Lint) -> None:
    assert lint(None) == [("plain/index.rst:6", "turtle"), EXPECTED[0]]
