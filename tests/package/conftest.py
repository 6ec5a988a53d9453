"""The distributions under test, built once."""

from __future__ import annotations

from pathlib import Path

import pytest
from distributions import ROOT, build, unpacked


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def source_tree(sdist: Path, tmp_path: Path) -> Path:
    """The sdist, unpacked: a source tree that no hook has touched."""
    return unpacked(sdist, tmp_path / "source")
