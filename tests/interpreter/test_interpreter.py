"""The interpreter as the page has it: the real bundle's ``worker.js`` under Node, file by file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest

from sphinx_emrun.bundle import BundleRequest, Cache, make_bundle
from sphinx_emrun.bundle.interpreter import find_interpreter, node_binary
from sphinx_emrun.platform import NO_EFFECT, read_groups, read_platform

HERE = Path(__file__).parent


def failing_calls() -> dict[str, str]:
    """A program for each call that raises in a browser."""
    programs = {call: program for group in read_groups()[0] for call, program in group.calls.items()}
    calls = read_platform().calls
    return {call: programs[call] for call, failure in calls.items() if failure.error != NO_EFFECT}


#: Those that need a package, which the snapshot has imported.
WITH_PACKAGES = {"packages.test.mjs"}
#: What that imports: parts of the interpreter come with some of it.
IMPORTED = ("tiny", "sqlite3", "encodings.gbk", "ctypes")
TINY = HERE.parent / "cases" / "projects" / "tiny"


class Bundles:
    """The bundles under test, each made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.cache = folder / "cache"
        self._made: dict[bool, Path] = {}

    def get(self, *, packages: bool) -> Path:
        """A bundle's folder; without packages, or with one."""
        if packages not in self._made:
            project = None
            if packages:
                project = Path(shutil.copytree(TINY, self._folder / "tiny"))
            request = BundleRequest(project=project, snapshot=IMPORTED if packages else ())
            bundle = make_bundle(request, cache=self.cache, progress=lambda _: nullcontext())
            self._made[packages] = bundle.folder
        return self._made[packages]


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Bundles:
    return Bundles(tmp_path_factory.mktemp("bundle"))


@pytest.mark.xdist_group("interpreter")
@pytest.mark.parametrize(
    "file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.name.partition(".")[0]
)
def test_interpreter(file: Path, bundles: Bundles) -> None:
    command: list[str | Path] = [node_binary(), "--test", "--test-reporter=spec", file]
    folder = bundles.get(packages=file.name in WITH_PACKAGES)
    environment = os.environ | {
        "EMRUN_BUNDLE": str(folder),
        "EMRUN_FAILING": json.dumps(failing_calls()),
        # The same interpreter as it was before a site made it smaller.
        "EMRUN_PYTHON": str(find_interpreter(Cache(bundles.cache)).executable),
    }
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert result.returncode == 0, result.stdout
    assert "ℹ pass 0" not in result.stdout
