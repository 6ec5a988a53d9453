"""Which packages bring the database of time zones along."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinx_emrun.bundle.time_zones import needs_database


def install(folder: Path, name: str, module: str, code: str, *, asked: bool = True) -> None:
    """What an installer leaves of a distribution with one module."""
    (folder / module).parent.mkdir(parents=True, exist_ok=True)
    (folder / module).write_text(code)
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text(f"{module},,\n{info.name}/METADATA,,\ngone.py,,\n")
    if asked:
        (info / "REQUESTED").touch()


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("import zoneinfo\n", True),
        ("def f():\n    from zoneinfo import ZoneInfo\n", True),
        ("from zoneinfo._common import load_data\n", True),
        ("import zoneinfos\n# import zoneinfo\n", False),
        ("text = '''a word like zoneinfo'''\n", False),
    ],
)
def test_a_package_that_imports_zoneinfo_needs_it(tmp_path: Path, code: str, needed: bool) -> None:
    install(tmp_path, "lib", "lib/deep/module.py", code)
    assert needs_database(tmp_path) is needed


def test_a_dependency_of_a_package_does_not_count(tmp_path: Path) -> None:
    install(tmp_path, "lib", "lib.py", "")
    install(tmp_path, "other", "other.py", "import zoneinfo\n", asked=False)
    assert not needs_database(tmp_path)


def test_what_has_the_database_needs_no_other(tmp_path: Path) -> None:
    install(tmp_path, "lib", "lib.py", "import zoneinfo\n")
    install(tmp_path, "tzdata", "tzdata/__init__.py", "", asked=False)
    assert not needs_database(tmp_path)
