"""A bundle that is made at once, in the place of the real one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from sphinx_emrun.bundle import Manifest
from sphinx_emrun.bundle.draft import described

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx_emrun.bundle import BundleRequest
    from sphinx_emrun.bundle.wanted import LocalPackage

CONTENTS = {
    "main.js": "export {};\n",
    "notice.js": "0;\n",
    "emrun.css": ".emrun {}\n",
    "pyodide/pyodide.js": "// pyodide\n",
}


@dataclass(frozen=True)
class FakeBundle:
    """What of a bundle the Sphinx side uses."""

    folder: Path
    digest: str
    refused: dict[str, str]
    manifest: Manifest
    installed: None = None
    local: tuple[LocalPackage, ...] = ()


@dataclass
class FakeBundler:
    """Stands for ``make_draft``: remembers what it was asked for."""

    folder: Path
    digest: str = "0123456789abcdef"
    requests: list[BundleRequest] = field(default_factory=list)
    prepared: list[BundleRequest] = field(default_factory=list)
    caches: list[Path] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=CONTENTS.copy)
    failure: Exception | None = None
    refused: dict[str, str] = field(default_factory=dict)
    local: tuple[LocalPackage, ...] = ()

    def prepare(self, request: BundleRequest, **_: Any) -> None:
        """Stands for ``prepare``."""
        self.prepared.append(request)

    def __call__(self, request: BundleRequest, *, cache: Path, progress: Any, **_: Any) -> FakeBundle:
        self.requests.append(request)
        self.caches.append(cache)
        with progress("making a fake bundle"):
            if self.failure is not None:
                raise self.failure
            for name, text in self.contents.items():
                path = self.folder / self.digest / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            (self.folder / self.digest / "manifest.json").write_bytes(b"{}")
        files = {name: described(self.folder / self.digest / name) for name in self.contents}
        manifest = Manifest(python="", pyodide="", platform="", files=files, code=(), stdlib="")
        return FakeBundle(self.folder / self.digest, self.digest, self.refused, manifest, local=self.local)


@pytest.fixture
def bundler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeBundler:
    """Replaces what makes bundles for one test, in which nothing is checked."""
    monkeypatch.setattr("sphinx_emrun.checking.site.is_wanted", lambda _app: False)
    fake = FakeBundler(tmp_path / "bundles")
    monkeypatch.setattr("sphinx_emrun.bundle.prepare", fake.prepare)
    monkeypatch.setattr("sphinx_emrun.bundle.make_draft", fake)
    monkeypatch.setattr("sphinx_emrun.bundle.finish", lambda draft, **_: draft)
    return fake
