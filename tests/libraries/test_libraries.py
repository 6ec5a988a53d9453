"""Others' documentation: what doctest passes there, the check passes; what it fails, the check fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("libraries"), pytest.mark.timeout(900)]
FOLDER = Path(__file__).parent
ADDED = '\nextensions.append("sphinx_emrun"); emrun_doctest_blocks = "all"\n'
Library = dict[str, Any]


def read(name: str, key: str) -> list[Library]:
    found: list[Library] = tomllib.loads((FOLDER / name).read_text("utf-8"))[key]
    return found


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the sites' bundles have in common is made once."""
    return tmp_path_factory.mktemp("cache")


def fetch(library: Library, folder: Path) -> Path:
    """Download and unpack a source distribution; returns the unpacked project."""
    name, version, digest = library["name"], library["version"], library["sha256"]
    pinned = folder / "pinned.txt"
    pinned.write_text(f"{name}=={version} --hash=sha256:{digest}\n")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name]
    subprocess.run([*pip, "--require-hashes", "--dest", folder, "-r", pinned], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder)
    return folder / archive.name.removesuffix(".tar.gz")


@pytest.mark.parametrize("library", read("libraries.toml", "library"), ids=lambda each: str(each["name"]))
def test_every_example_is_judged_as_doctest_judges_it(library: Library, cache: Path, tmp_path: Path) -> None:
    project = fetch(library, tmp_path)
    with (project / "docs" / "conf.py").open("a", encoding="utf-8") as configuration:
        configuration.write(ADDED)
    out = tmp_path / "out"
    (out / "doctrees").mkdir(parents=True)
    (out / "doctrees" / "emrun").symlink_to(cache)
    command = [sys.executable, str(FOLDER / "verdicts.py"), str(project / "docs"), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(project / library["path"])}
    subprocess.run(command, check=True, cwd=project / "docs", env=environment)
    verdicts = json.loads((out / "verdicts.json").read_text("utf-8"))
    expected = [
        example
        for difference in read("differences.toml", "difference")
        for example in difference["examples"]
        if difference["library"] == library["name"]
    ]
    found = [each for each in verdicts if each["passes"] != each["doctest"]]
    assert [{key: each[key] for key in ("place", "source", "passes")} for each in found] == expected
    assert len(verdicts) == library["examples"]
    assert sum(bool(each["passes"]) for each in verdicts) >= library["passing"]
