"""The table, and what it says of the interpreter that ships."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.interpreter import find_interpreter
from sphinx_emrun.platform import TABLE, Group, Platform, read_groups, read_platform
from sphinx_emrun.platform.regenerate import regenerate, submodules

GROUPS, ALSO = read_groups()


@pytest.fixture(scope="module")
def platform() -> Platform:
    return read_platform()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the interpreter does, today."""
    return regenerate(tmp_path_factory.mktemp("platform"))


def test_table_and_interpreter_agree(found: dict[str, Any]) -> None:
    assert json.loads(TABLE.read_text(encoding="utf-8")) == found


def test_every_module_is_in_the_table(platform: Platform, tmp_path: Path) -> None:
    program = "import json, sys; print(json.dumps(sorted(sys.stdlib_module_names)))"
    interpreter = find_interpreter(Cache(tmp_path))
    done = subprocess.run(
        [interpreter.executable, "-c", program],
        capture_output=True,
        env=interpreter.environment(),
        check=True,
    )
    names = {*json.loads(done.stdout), *submodules(), *ALSO}
    assert len(names) > 500
    assert {name for name in names if platform.status(name) is None} == set()


@pytest.mark.parametrize("group", [group for group in GROUPS if group.calls], ids=lambda group: group.name)
def test_what_fails_in_a_browser_works_here(group: Group, tmp_path: Path) -> None:
    """A program that fails for another reason than its platform would prove nothing."""
    failed = {}
    for call, program in group.calls.items():
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program], capture_output=True, cwd=tmp_path, check=False
        )
        if done.returncode != 0:
            failed[call] = done.stderr.decode()
    assert failed == {}


def test_every_entry_of_the_groups_explains_a_failure(platform: Platform) -> None:
    """Nothing is said to fail that works, and nothing twice."""
    missing = [module for group in GROUPS for module in group.missing]
    calls = [call for group in GROUPS for call in group.calls]
    assert [module for module in missing if platform.status(module) != "missing"] == []
    assert sorted(set(calls)) == sorted(calls) == sorted(platform.calls)
    assert sorted(set(missing)) == sorted(missing)
    assert [each for group in GROUPS for each in group.unsure if each not in group.calls] == []


def test_what_a_page_gets_is_small_and_complete(platform: Platform) -> None:
    data = json.loads(platform.compact())
    reason, instead = data["groups"][data["missing"]["curses"]]
    assert reason == platform.missing["curses"].group.reason
    assert instead == platform.missing["curses"].group.instead
    assert "curses.panel" not in data["missing"]
    assert data["calls"].keys() == platform.calls.keys()
    assert len(platform.compact()) < 10_000
