"""attrs' own documentation, from its source distribution, built with one line added to its configuration."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RELEASE = "26.1.0"
ADDED = '\nextensions.append("sphinx_emrun"); emrun_doctest_blocks = "all"\n'


def fetch(folder: Path) -> Path:
    """Download and unpack the source distribution into ``folder``; returns the unpacked project."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "attrs"]
    subprocess.run([*pip, "--dest", folder, f"attrs=={RELEASE}"], check=True)
    with tarfile.open(folder / f"attrs-{RELEASE}.tar.gz") as archive:
        archive.extractall(folder)
    return folder / f"attrs-{RELEASE}"


def enable(project: Path) -> None:
    """Add the one line to the project's ``docs/conf.py``."""
    with (project / "docs" / "conf.py").open("a", encoding="utf-8") as configuration:
        configuration.write(ADDED)


def build(project: Path, out: Path) -> str:
    """Build the HTML pages into ``out``; returns what Sphinx warned of."""
    command = [*_sphinx(project), "-b", "html", "-D", "emrun_check=off", out]
    return subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True).stderr


def check(project: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Let the build check the examples; the report is written into ``out``."""
    return subprocess.run(
        [*_sphinx(project), "-b", "emrun", out], check=False, capture_output=True, text=True
    )


def _sphinx(project: Path) -> list[str | Path]:
    # The pages must not depend on a network being there.
    command = [sys.executable, "-m", "sphinx", "build", "-D", "intersphinx_timeout=2", "-d"]
    return [*command, project / "doctrees", project / "docs"]
