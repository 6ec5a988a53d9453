"""The interpreter as the page has it: the real bundle's ``worker.js`` under Node, file by file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from sphinx_emrun.bundle import BundleRequest, Cache, make_bundle
from sphinx_emrun.bundle.interpreter import find_interpreter, node_binary
from sphinx_emrun.platform import NO_EFFECT, read_groups, read_platform

HERE = Path(__file__).parent
#: Programs that change the process they run in.
LEFT_BEHIND = HERE.parent / "cases" / "left_behind.toml"


def failing_calls() -> dict[str, str]:
    """A program for each call that raises in a browser."""
    programs = {call: program for group in read_groups()[0] for call, program in group.calls.items()}
    calls = read_platform().calls
    return {call: programs[call] for call, failure in calls.items() if failure.error != NO_EFFECT}


#: What a file's bundle holds besides the interpreter, and its snapshot has imported: one has a project, with
#: imports that bring parts of the interpreter, and one a library.
REQUESTS: dict[str, dict[str, Any]] = {
    "packages": {"snapshot": ("tiny", "sqlite3", "encodings.gbk", "ctypes")},
    "library": {"requirements": ("pydantic_core==2.50.4",), "snapshot": ("pydantic_core",)},
}
TINY = HERE.parent / "cases" / "projects" / "tiny"


class Bundles:
    """The bundles under test, each made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.cache = folder / "cache"
        self._made: dict[str, Path] = {}

    def get(self, name: str) -> Path:
        """The folder of the bundle for the file `name`; those that need nothing besides share one."""
        wanted = REQUESTS.get(name, {})
        if not wanted:
            name = ""
        if name not in self._made:
            project = Path(shutil.copytree(TINY, self._folder / "tiny")) if name == "packages" else None
            request = BundleRequest(project=project, **wanted)
            bundle = make_bundle(request, cache=self.cache, progress=lambda _: nullcontext())
            self._made[name] = bundle.folder
        return self._made[name]


#: V8 13 aborts where it frees WebAssembly code, rarely, where many interpreters have ended in one process.
V8_ABORTED = "Check failed: jit_page_->allocations_.erase(addr) == 1"


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Bundles:
    return Bundles(tmp_path_factory.mktemp("bundle"))


@pytest.mark.xdist_group("interpreter")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.network if name == "library" else ())
        for name in sorted(file.name.partition(".")[0] for file in HERE.glob("*.test.mjs"))
    ],
)
def test_interpreter(name: str, bundles: Bundles) -> None:
    file = HERE / f"{name}.test.mjs"
    command: list[str | Path] = [node_binary(), "--test", "--test-reporter=spec", file]
    folder = bundles.get(name)
    environment = os.environ | {
        "EMRUN_BUNDLE": str(folder),
        "EMRUN_FAILING": json.dumps(failing_calls()),
        "EMRUN_LEFT_BEHIND": json.dumps(tomllib.loads(LEFT_BEHIND.read_text(encoding="utf-8"))),
        # The same interpreter as it was before a site made it smaller.
        "EMRUN_PYTHON": str(find_interpreter(Cache(bundles.cache)).executable),
    }
    for _ in range(2):
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=280, check=False
        )
        if V8_ABORTED not in result.stdout:
            break
    assert result.returncode == 0, result.stdout
    assert "ℹ pass 0" not in result.stdout
