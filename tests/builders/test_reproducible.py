"""The same input makes the same site, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.testing.util import SphinxTestApp

    from .conftest import FakeBundler

ROOT = Path(__file__).parents[1] / "roots" / "test-all"


def _site(make_app: Callable[..., SphinxTestApp], folder: Path) -> dict[str, bytes]:
    source = folder / "source"
    source.mkdir(parents=True)
    for file in ROOT.rglob("*"):
        if file.is_file():
            target = source / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    app = make_app("html", srcdir=source)
    app.build()
    files = (file for file in Path(app.outdir).rglob("*") if file.is_file())
    return {str(file.relative_to(app.outdir)): file.read_bytes() for file in files}


def test_two_builds_in_two_places(
    make_app: Callable[..., SphinxTestApp], tmp_path: Path, bundler: FakeBundler
) -> None:
    first = _site(make_app, tmp_path / "one")
    second = _site(make_app, tmp_path / "two" / "deeper")
    assert len(bundler.requests) == 2
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
