"""Which part may import which: `bundle` knows no Sphinx, `preview` knows no `bundle`."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "sphinx_emrun"
FORBIDDEN = {
    "bundle": {"sphinx", "docutils", "jinja2", "myst_parser", "sphinx_autobuild"},
    "preview": {"sphinx_emrun.bundle"},
}


def imported(file: Path) -> Iterator[str]:
    """The modules that a file imports, also those it names by `from package import module`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 or file.is_relative_to(PACKAGE / "bundle" / "inside"), (
                "imports are absolute"
            )
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("part", sorted(FORBIDDEN))
def test_a_part_imports_nothing_above_it(part: str) -> None:
    files = sorted((PACKAGE / part).rglob("*.py"))
    assert files
    wrong = [
        f"{file.relative_to(PACKAGE)} imports {name}"
        for file in files
        for name in imported(file)
        if any(name == forbidden or name.startswith(f"{forbidden}.") for forbidden in FORBIDDEN[part])
    ]
    assert wrong == []


def test_bundle_is_imported_without_sphinx() -> None:
    program = (
        "import sys, sphinx_emrun.bundle; print([m for m in ('sphinx', 'docutils') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
