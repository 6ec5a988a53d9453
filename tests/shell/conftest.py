"""The command, with a cache of its own that lasts for the run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

#: How the command is called.
COMMAND = [sys.executable, "-m", "sphinx_emrun"]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, str]:
    """One cache for all the processes of this run; otherwise this process's environment."""
    base = tmp_path_factory.getbasetemp()
    cache = (base if worker_id == "master" else base.parent) / "shell-cache"
    return {**os.environ, "XDG_CACHE_HOME": str(cache), "TERM": "xterm-256color"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
