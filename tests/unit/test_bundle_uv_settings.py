"""Which of a project's settings uv sees."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sphinx_emrun.bundle.uv_settings import Settings, read_settings


def test_settings_about_packages_are_kept_and_others_are_not(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        "[tool.uv]\n"
        'required-version = "<0.9"\nlink-mode = "copy"\npackage = true\n'
        'find-links = ["wheels", "https://example.org/wheels"]\ncache-dir = "cache"\n'
        "exclude-newer = 2026-01-01T00:00:00Z\n"
        '[[tool.uv.index]]\nname = "mine"\nurl = "https://example.org/simple"\nexplicit = true\n'
        '[tool.uv.pip]\npython-platform = "windows"\nprerelease = "allow"\n'
        '[tool.uv.sources]\nx = { path = "x" }\n'
    )
    settings = read_settings(tmp_path / "docs")
    assert tomllib.loads(settings.text) == {
        "find-links": [(tmp_path / "wheels").as_uri(), "https://example.org/wheels"],
        "cache-dir": str(tmp_path / "cache"),
        "exclude-newer": datetime(2026, 1, 1, tzinfo=UTC),
        "index": [{"name": "mine", "url": "https://example.org/simple", "explicit": True}],
        "pip": {"prerelease": "allow"},
    }


def test_a_file_of_uvs_own_comes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.uv]\noffline = true\n")
    (tmp_path / "uv.toml").write_text('resolution = "lowest"\n')
    assert read_settings(tmp_path).tables == {"resolution": "lowest"}


def test_settings_of_other_tools_alone_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.uv]\noffline = true\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "pyproject.toml").write_text("[tool.ruff]\n")
    assert read_settings(tmp_path / "docs").tables == {"offline": True}


@pytest.mark.parametrize("text", ['a "quoted" \\ é \x7f\n', "", "#"])
def test_every_text_survives(text: str) -> None:
    settings = Settings({"constraint-dependencies": [text], "config-settings": {text: [True, 1]}})
    with settings.folder("[project]\nname = 'x'") as folder:
        tables = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    assert tables["tool"]["uv"] == settings.tables
