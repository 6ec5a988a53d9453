"""``sphinx-emrun python -m pytest``: the test suites of pure-Python projects, from their sources."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from .conftest import COMMAND

pytestmark = [pytest.mark.network, pytest.mark.timeout(900)]

#: Of each: what its tests need besides pytest, and how many pass at least.
SUITES = {
    "attrs==26.1.0": (["hypothesis", "cloudpickle"], 1370),
    "more-itertools==11.2.1": ([], 750),
}
#: What starts threads, which WebAssembly has none of.
THREADS = "CallbackIterTests or test_concurrent_calls or test_concurrent_consumers"


@pytest.mark.parametrize("release", SUITES)
def test_every_test_passes_that_needs_no_thread(
    folder: Path, environment: dict[str, str], release: str
) -> None:
    needed, passing = SUITES[release]
    name = release.partition("==")[0]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name]
    subprocess.run([*pip, "--dest", folder, release], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(folder)
    packages = str(folder / "packages")
    subprocess.run(
        [*COMMAND, "install", "-t", packages, "--quiet", "pytest", release, *needed],
        env=environment,
        check=True,
    )
    done = subprocess.run(
        [
            *COMMAND,
            "python",
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-k",
            f"not ({THREADS})",
            "tests",
        ],
        cwd=folder / archive.name.removesuffix(".tar.gz"),
        env=environment | {"PYTHONPATH": packages},
        capture_output=True,
        text=True,
        check=False,
    )
    passed = re.search(r"(\d+) passed", done.stdout)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert passed
    assert int(passed[1]) >= passing
