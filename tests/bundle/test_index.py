"""Requirements from the package index, for the interpreter that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sphinx_emrun.bundle import Bundle, BundleError, BundleRequest, make_bundle
from tests.bundle.conftest import Steps, installed_files

pytestmark = pytest.mark.network


def bundle_of(cache: Path, *requirements: str, uv_options: tuple[str, ...] = ()) -> Bundle:
    request = BundleRequest(project=None, requirements=requirements, uv_options=uv_options)
    return make_bundle(request, cache=cache, progress=Steps())


def test_a_compiled_wheel_for_the_page_is_found(cache: Path) -> None:
    bundle = bundle_of(cache, "pydantic==2.14.3")
    assert "pydantic_core" in {package.name for package in bundle.manifest.packages}
    libraries = [name for name in installed_files(bundle) if name.endswith(".so")]
    assert libraries == ["pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so"]


def test_a_compiled_module_is_in_the_snapshot(cache: Path) -> None:
    request = BundleRequest(project=None, requirements=("pydantic==2.14.3",), snapshot=("pydantic",))
    bundle = make_bundle(request, cache=cache, progress=Steps())
    assert bundle.draft.refused == {}
    (library,) = bundle.manifest.libraries
    assert library.path.endswith("/pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so")
    image = bundle.folder / library.image
    assert (bundle.folder / library.front).stat().st_size < image.stat().st_size / 100
    # dlopen(3) leaves the whole of the file in memory, which alone would take as much.
    alone = make_bundle(BundleRequest(project=None), cache=cache, progress=Steps())
    sizes = [(made.folder / made.manifest.snapshot).stat().st_size for made in (alone, bundle)]
    assert sizes[1] - sizes[0] < image.stat().st_size / 2


def test_a_compiled_module_that_nothing_imports_is_not(cache: Path) -> None:
    request = BundleRequest(project=None, requirements=("pydantic==2.14.3",), snapshot=("annotated_types",))
    bundle = make_bundle(request, cache=cache, progress=Steps())
    assert (bundle.draft.refused, bundle.manifest.libraries) == ({}, ())
    shares = json.loads((bundle.folder / "snapshot.json").read_bytes())
    assert "annotated_types" in [share["asked"] for share in shares]


def test_what_has_no_wheel_for_the_page_is_named(cache: Path) -> None:
    with pytest.raises(BundleError) as error:
        bundle_of(cache, "numpy==2.3.0")
    sentence, reason = str(error.value).splitlines()
    assert sentence == (
        "numpy==2.3.0 has no wheel for the interpreter of the page (CPython 3.14 on"
        " pyemscripten_2026_0_wasm32): require a version that has one, name a place that offers one in"
        " emrun_uv_options (--index, --find-links), or do without it."
    )
    assert reason.startswith("    Its source cannot be built for a page, which has no compiler: ")


def test_what_has_pure_sources_alone_is_built(cache: Path) -> None:
    packages = bundle_of(cache, "docopt==0.6.2").manifest.packages
    assert [(package.name, package.version) for package in packages] == [("docopt", "0.6.2")]


def test_markers_of_dependencies_are_those_of_the_page(cache: Path) -> None:
    requirements = ('six==1.17.0; sys_platform == "emscripten"', 'idna==3.10; sys_platform == "linux"')
    packages = bundle_of(cache, *requirements).manifest.packages
    assert [(package.name, package.version) for package in packages] == [("six", "1.17.0")]


def test_an_index_that_cannot_be_reached(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(BundleError, match="because the package index cannot be reached: connect"):
        bundle_of(cache, "six", uv_options=("--no-cache", "--default-index", "http://localhost:9/simple"))
