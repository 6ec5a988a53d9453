"""When the build hook asks npm, and what it says when npm cannot help. npm and our own code are replaced."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hatch_build

ROOT = Path(__file__).parents[2]


class FakeNpm:
    """Installs one file for each path that the hook takes, except ``without``."""

    calls = 0
    status = 0
    without = ""

    def __call__(self, arguments: list[str], cwd: Path, **options: Any) -> int:
        self.calls += 1
        assert arguments[:3] == ["ci", "--omit=dev", "--ignore-scripts"]
        assert {path.name for path in cwd.iterdir()} == {"package.json", "package-lock.json", ".npmrc"}
        for source in hatch_build.FROM_NPM.values():
            if source != self.without:
                file = cwd / "node_modules" / source
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(f"{source}\n")
        return self.status


class AbortedError(Exception):
    """Stands for the end of a build."""


class App:
    def abort(self, message: str) -> None:
        raise AbortedError(message)


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    npm = FakeNpm()
    monkeypatch.setattr(hatch_build, "npm", npm)
    return npm


#: Stands for `sphinx_emrun.bundle.prebuilt`.
PREBUILT = """import os, pathlib, sys
sys.exit("it failed") if pathlib.Path("fails").exists() else print(os.getcwd())
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with what the hook reads."""
    package = tmp_path / "sphinx_emrun" / "bundle"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (package / "prebuilt.py").write_text(PREBUILT)
    for name in hatch_build.NPM_INPUTS:
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "licenses", tmp_path / "licenses")
    return tmp_path


@pytest.fixture
def build(tree: Path, npm: FakeNpm) -> Callable[[str], dict[str, Any]]:
    """Runs the hook on the tree as hatchling does, for a "standard" or an "editable" wheel."""

    def build(version: str = "standard") -> dict[str, Any]:
        hook = hatch_build.ThirdPartyBuildHook(str(tree), {}, None, None, "", "wheel", App())  # type: ignore[arg-type]
        build_data: dict[str, Any] = {"artifacts": [], "force_include": {}}
        hook.initialize(version, build_data)
        return build_data

    return build


def test_third_party_is_made_once(tree: Path, npm: FakeNpm, build: Callable[[], object]) -> None:
    build()
    build()
    assert npm.calls == 1
    folder = tree / hatch_build.THIRD_PARTY
    recorded = json.loads((folder / "INTEGRITY.json").read_text())
    assert list(recorded) == sorted(recorded)
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert made == recorded.keys() | {"INTEGRITY.json"}
    assert (folder / "xterm/xterm.mjs").read_text() == "@xterm/xterm/lib/xterm.mjs\n"


@pytest.mark.parametrize(
    "path",
    [
        "package-lock.json",
        "licenses/cpython.txt",
        "sphinx_emrun/third_party/INTEGRITY.json",
        "sphinx_emrun/third_party/pyodide/pyodide.asm.wasm",
        "sphinx_emrun/third_party/licenses/zlib.txt",
    ],
)
@pytest.mark.parametrize("change", ["altered", "gone"])
def test_it_is_made_again_after_a_change(
    tree: Path, npm: FakeNpm, build: Callable[[], object], path: str, change: str
) -> None:
    build()
    if change == "altered" or path == "package-lock.json":
        (tree / path).write_text('{"something": "else"}')
    else:
        (tree / path).unlink()
    build()
    assert npm.calls == 2
    assert hatch_build.is_current(tree)


def test_a_file_left_over_goes(tree: Path, build: Callable[[], object]) -> None:
    (tree / "licenses/old.txt").write_text("old")
    build()
    (tree / "licenses/old.txt").unlink()
    build()
    assert not (tree / hatch_build.THIRD_PARTY / "licenses/old.txt").exists()


def test_only_a_standard_wheel_takes_the_folders_beside_the_package(
    tree: Path, build: Callable[[str], dict[str, Any]]
) -> None:
    assert build("editable")["force_include"] == {}
    standard = build("standard")
    assert standard["force_include"] == {
        str(tree / "static"): "sphinx_emrun/static",
        str(tree / "templates"): "sphinx_emrun/templates",
    }
    assert standard["artifacts"] == ["/sphinx_emrun/third_party/", "/sphinx_emrun/prebuilt/"]


def test_what_is_prebuilt_is_made_by_the_code_beside_it(
    tree: Path, build: Callable[[], object], capfd: pytest.CaptureFixture[str]
) -> None:
    build()
    assert capfd.readouterr().out == f"{tree.resolve()}\n"
    (tree / "fails").touch()
    with pytest.raises(AbortedError, match=r"^sphinx-emrun cannot be built: the standard library .*\.$"):
        build()
    assert capfd.readouterr().err == "it failed\n"


def test_a_failing_npm_ends_the_build(tree: Path, npm: FakeNpm, build: Callable[[], object]) -> None:
    npm.status = 1
    with pytest.raises(AbortedError, match=r"^sphinx-emrun cannot be built: npm could not install .*\.$"):
        build()
    assert not (tree / hatch_build.THIRD_PARTY).exists()


def test_a_file_that_npm_lacks_ends_the_build(tree: Path, npm: FakeNpm, build: Callable[[], object]) -> None:
    npm.without = "@xterm/xterm/css/xterm.css"
    with pytest.raises(AbortedError, match=r"node_modules/@xterm/xterm/css/xterm\.css is missing: .*\.$"):
        build()
    npm.without = ""
    build()  # what the failure left behind is not taken for a whole folder
    assert hatch_build.is_current(tree)


def test_the_lock_file_pins_by_hash_and_names_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert packages
    for path, package in packages.items():
        assert package["integrity"].startswith("sha512-"), path
        assert "resolved" not in package, path
