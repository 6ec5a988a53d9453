"""The interpreter as the page has it: the real bundle's ``worker.js`` under Node, file by file."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest

from sphinx_emrun.bundle import BundleRequest, make_bundle
from sphinx_emrun.bundle.interpreter import node_binary
from sphinx_emrun.platform import NO_EFFECT, read_groups, read_platform

HERE = Path(__file__).parent


def failing_calls() -> dict[str, str]:
    """A program for each call that raises in a browser."""
    programs = {call: program for group in read_groups()[0] for call, program in group.calls.items()}
    calls = read_platform().calls
    return {call: programs[call] for call, failure in calls.items() if failure.error != NO_EFFECT}


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle without packages."""
    request = BundleRequest(project=None)
    return make_bundle(
        request, cache=tmp_path_factory.mktemp("bundle"), progress=lambda _: nullcontext()
    ).folder


@pytest.mark.xdist_group("interpreter")
@pytest.mark.parametrize(
    "file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.name.partition(".")[0]
)
def test_interpreter(file: Path, bundle: Path) -> None:
    command: list[str | Path] = [node_binary(), "--test", "--test-reporter=spec", file]
    environment = os.environ | {"EMRUN_BUNDLE": str(bundle), "EMRUN_FAILING": json.dumps(failing_calls())}
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert result.returncode == 0, result.stdout
    assert "ℹ pass 0" not in result.stdout
