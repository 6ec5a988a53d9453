"""Where our files lie in each layout, and what a broken installation says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from sphinx_emrun import resources

FILES = {"pyodide/pyodide.mjs": b"export {}", "xterm/xterm.css": b".xterm {}"}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package with third-party files, in place of ours."""
    package = tmp_path / "site-packages" / "sphinx_emrun"
    for path, content in FILES.items():
        file = package / "third_party" / path
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
    recorded = {path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()}
    (package / "third_party" / "INTEGRITY.json").write_text(json.dumps(recorded))
    monkeypatch.setattr(resources, "PACKAGE", package)
    return package


def test_this_installation_is_whole() -> None:
    verified = resources.verify_third_party()
    assert list(verified) == sorted(verified)
    assert {"pyodide/pyodide.asm.wasm", "xterm/xterm.mjs", "licenses/cpython.txt"} <= verified.keys()
    assert (resources.static_dir() / "worker.js").is_file()
    assert (resources.templates_dir() / "runnable.html").is_file()


def test_installed_layout(package: Path) -> None:
    (package / "static").mkdir()
    (package / "templates").mkdir()
    assert resources.static_dir() == package / "static"
    assert resources.templates_dir() == package / "templates"
    assert resources.third_party_dir() == package / "third_party"


def test_editable_layout(package: Path) -> None:
    (package.parent / "static").mkdir()
    (package.parent / "templates").mkdir()
    assert resources.static_dir() == package.parent / "static"
    assert resources.templates_dir() == package.parent / "templates"


def test_the_installed_files_win(package: Path) -> None:
    """site-packages may well hold a folder "static" of someone else's."""
    (package / "static").mkdir()
    (package.parent / "static").mkdir()
    assert resources.static_dir() == package / "static"


def test_missing_folders_are_named(package: Path) -> None:
    with pytest.raises(resources.ResourceError, match=r"/sphinx_emrun/static is missing: install "):
        resources.static_dir()
    with pytest.raises(resources.ResourceError, match=r"/sphinx_emrun/templates is missing: install "):
        resources.templates_dir()
    (package / "third_party").rename(package / "elsewhere")
    with pytest.raises(resources.ResourceError, match=r"/third_party is missing: install .* again"):
        resources.verify_third_party()


def test_verified_files(package: Path) -> None:
    assert resources.verify_third_party() == {
        path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()
    }


@pytest.mark.parametrize("path", [*FILES, "INTEGRITY.json"])
def test_a_missing_file_is_named(package: Path, path: str) -> None:
    (package / "third_party" / path).unlink()
    with pytest.raises(resources.ResourceError, match=rf"/{path} is missing: install .* again"):
        resources.verify_third_party()


@pytest.mark.parametrize("path", [*FILES, "INTEGRITY.json"])
def test_an_altered_file_is_named(package: Path, path: str) -> None:
    (package / "third_party" / path).write_bytes(b"something else")
    with pytest.raises(resources.ResourceError, match=rf"/{path} has been altered: install .* again"):
        resources.verify_third_party()
