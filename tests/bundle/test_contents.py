"""What a bundle holds, in bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sphinx_emrun.bundle import BundleRequest, make_bundle, open_contents
from sphinx_emrun.bundle.cache import RECORD, Cache
from sphinx_emrun.published import Published
from tests.bundle.conftest import MakeProject, Steps


def test_every_file_belongs_to_one_part(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    request = BundleRequest(project=make_project(), snapshot=("tiny", "csv"))
    bundle = make_bundle(request, cache=cache, progress=steps)
    contents = open_contents(bundle.folder)
    files = [file for file in bundle.folder.rglob("*") if file.is_file() and file.name != RECORD]
    either = bundle.folder / "pyodide" / "pyodide.asm.bin"
    size = sum(file.stat().st_size for file in files) - either.stat().st_size
    assert sum(part.size.raw for part in contents.parts) == size
    sizes = {(part.name, part.when): part.size for part in contents.parts}
    assert sizes["Python: WebAssembly", "run"].gzip == either.stat().st_size
    assert sizes["the page's scripts and style", "page"].gzip < 15_000
    small = sizes["Python: JavaScript", "run"]
    assert small.brotli < small.gzip < small.raw / 3
    assert contents.before_output().gzip < 7_360_000


def test_packages_are_weighed_one_by_one(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    bundle = make_bundle(BundleRequest(project=make_project()), cache=cache, progress=steps)
    (tiny,) = open_contents(bundle.folder).packages
    assert tiny.name == "tiny 1.0"
    image = gzip.decompress((bundle.folder / "packages" / "0.bin").read_bytes())
    assert len(image) <= tiny.size.raw  # sources are another image's


def test_who_asked_for_a_module(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    request = BundleRequest(project=make_project(), snapshot=("tiny", "csv"))
    bundle = make_bundle(request, cache=cache, progress=steps)
    shares = {share.asked: share for share in open_contents(bundle.folder).shares}
    assert "sys" in shares[""].modules
    assert shares["csv"].modules == ("_csv", "csv")
    assert "tiny" in shares["tiny"].modules
    assert shares[""].bytes > shares["_emrun.session"].bytes > shares["csv"].bytes > 0
    snapshot = bundle.manifest.files["snapshot.bin"].size
    assert snapshot - len(shares) <= sum(share.bytes for share in shares.values()) <= snapshot


def test_what_was_measured_is_kept(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    bundle = make_bundle(BundleRequest(project=make_project()), cache=cache, progress=steps)
    entries = Cache(cache)
    assert open_contents(bundle.folder, entries) == open_contents(bundle.folder)
    assert (cache / "sizes" / bundle.digest).is_dir()


def test_shared_files_are_weighed_where_they_lie(
    make_project: MakeProject, cache: Path, steps: Steps, tmp_path: Path
) -> None:
    bundle = make_bundle(BundleRequest(project=make_project()), cache=cache, progress=steps)
    emrun, shared = tmp_path / "site" / "v1" / "_static" / "emrun", tmp_path / "site" / "shared"
    folder = emrun / Published(emrun, shared).put_bundle(bundle)
    alone, together = open_contents(bundle.folder), open_contents(folder)
    assert (together.packages, together.shares) == (alone.packages, alone.shares)
    longer = (folder / "manifest.json").stat().st_size - (bundle.folder / "manifest.json").stat().st_size
    assert together.before_output().raw - alone.before_output().raw == longer > 0
    next(shared.iterdir()).unlink()
    with pytest.raises(ValueError, match="is missing: the site shares it with other versions"):
        open_contents(folder)


def test_what_is_no_bundle_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"manifest\.json"):
        open_contents(tmp_path)
