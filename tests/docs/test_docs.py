"""The project's own documentation."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from sphinx_emrun.config import PREFIX, EmrunConfig

SOURCE = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built; a warning is an error."""
    out = tmp_path_factory.mktemp("docs")
    command: list[str | Path] = [sys.executable, "-m", "sphinx", "-qW", "--keep-going", SOURCE, out]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def test_every_option_is_there(site: Path) -> None:
    page = (site / "configuration.html").read_text("utf-8")
    assert [
        option.name
        for option in fields(EmrunConfig)
        if f'id="{PREFIX}{option.name}"'.replace("_", "-") not in page
    ] == []


def test_the_workflow_is_shown(site: Path) -> None:
    assert "actions/deploy-pages" in (site / "hosting.html").read_text("utf-8")


def test_the_first_page_runs_python(site: Path) -> None:
    assert 'data-emrun-kind="script"' in (site / "index.html").read_text("utf-8")
