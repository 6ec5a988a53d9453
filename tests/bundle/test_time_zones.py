"""A package that imports `zoneinfo` brings the database of time zones along, where it can be had."""

from __future__ import annotations

import zipfile
from pathlib import Path

from sphinx_emrun.bundle import BundleRequest, make_draft
from tests.bundle.conftest import Steps


def write_wheel(folder: Path, name: str, code: str) -> Path:
    """A wheel with one module."""
    info = f"{name}-1.0.dist-info"
    members = {
        f"{name}/__init__.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    members[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*members, f"{info}/RECORD"])
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as wheel:
        for path, content in members.items():
            wheel.writestr(path, content)
    return file


def test_time_zones_come_along_where_they_can_be_had(cache: Path, tmp_path: Path, steps: Steps) -> None:
    project = write_wheel(tmp_path / "wheels", "lib", "import zoneinfo\n")
    offline = ("--no-index", "--find-links", str(tmp_path / "wheels"))
    request = BundleRequest(project=project, uv_options=offline, snapshot=None)
    without = make_draft(request, cache=cache, progress=steps)
    assert [package.name for package in without.manifest.packages] == ["lib"]
    write_wheel(tmp_path / "wheels", "tzdata", "")
    with_them = make_draft(request, cache=cache, progress=steps)
    assert [package.name for package in with_them.manifest.packages] == ["lib", "tzdata"]
