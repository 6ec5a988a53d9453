"""Bundles of a project that needs no index."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from sphinx_emrun import resources
from sphinx_emrun.bundle import BundleError, BundleRequest, Manifest, finish, make_bundle, make_draft
from sphinx_emrun.bundle.cache import RECORD
from tests.bundle.conftest import MakeProject, Steps, installed_files


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_folder_and_manifest_agree(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    bundle = make_bundle(BundleRequest(project=make_project()), cache=cache, progress=steps)
    files = contents(bundle.folder)
    del files[RECORD]
    text = files.pop("manifest.json").decode()
    assert Manifest.from_json(text) == bundle.manifest
    assert bundle.digest == hashlib.sha256(text.encode()).hexdigest()[:16] == bundle.folder.name
    assert {path: (file.size, file.sha256) for path, file in bundle.manifest.files.items()} == {
        path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in files.items()
    }
    assert (bundle.manifest.pyodide, bundle.manifest.python) == ("314.0.7", "3.14.2")
    assert bundle.manifest.platform == "pyemscripten_2026_0_wasm32"


def test_folder_holds_what_a_page_loads(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    bundle = make_bundle(BundleRequest(project=make_project()), cache=cache, progress=steps)
    files = set(contents(bundle.folder))
    third_party = set(resources.verify_third_party())
    assert {path for path in files if path.startswith("pyodide/")} == {
        "pyodide/pyodide.js",
        "pyodide/pyodide.asm.js",
        "pyodide/pyodide.asm.wasm",
        "pyodide/pyodide.asm.bin",
    }
    for folder in ("xterm/", "licenses/"):
        assert {path for path in files if path.startswith(folder)} == {
            path.replace(".mjs", ".js") for path in third_party if path.startswith(folder)
        }
    assert not [path for path in files if path.endswith(".mjs")]
    assert {"main.js", "worker.js", "emrun.css", "stdlib.zip", "snapshot.bin", "packages/index.json"} <= files
    assert [path for path in files if path.startswith(("node/", "py/")) or path.endswith(".py")] == []


def test_a_draft_is_the_bundle_as_far_as_python_needs_it(
    make_project: MakeProject, cache: Path, steps: Steps
) -> None:
    request = BundleRequest(project=make_project(), snapshot=("tiny",))
    draft = make_draft(request, cache=cache, progress=steps)
    bundle = finish(draft, cache=cache, progress=steps)
    before, after = contents(draft.folder), contents(bundle.folder)
    shipped = set(draft.manifest.files)
    assert {"pyodide/pyodide.asm.wasm", "stdlib.zip", "packages/index.json", "snapshot.bin"} <= shipped
    assert not {"main.js", "worker.js", "emrun.css"} & shipped
    assert {path for path in shipped if before[path] != after[path]} == {"snapshot.bin"}
    assert len(after["snapshot.bin"]) < 0.8 * len(before["snapshot.bin"])


def test_image_of_packages(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    bundle = make_bundle(BundleRequest(project=make_project()), cache=cache, progress=steps)
    members = installed_files(bundle)
    assert sorted(members) == [
        "tiny-1.0.dist-info/METADATA",
        "tiny-1.0.dist-info/RECORD",
        "tiny-1.0.dist-info/WHEEL",
        "tiny-1.0.dist-info/entry_points.txt",
        "tiny/__init__.py",
        "tiny/__pycache__/__init__.cpython-314.pyc",
        "tiny/data.txt",
        "tiny/template.py",
    ]
    bytecode = members["tiny/__pycache__/__init__.cpython-314.pyc"]
    assert bytecode[4:8] == (1).to_bytes(4, "little"), "found by hash and not checked (PEP 552)"
    assert b"/lib/python3.14/site-packages/tiny/__init__.py" in bytecode
    assert [(package.name, package.version) for package in bundle.manifest.packages] == [("tiny", "1.0")]


def test_without_packages_there_is_no_image(cache: Path, steps: Steps) -> None:
    bundle = make_bundle(BundleRequest(project=None), cache=cache, progress=steps)
    assert (bundle.manifest.index, bundle.manifest.packages) == ("", ())
    assert [path for path in contents(bundle.folder) if path.startswith("packages/")] == []


def test_nothing_is_made_twice(make_project: MakeProject, cache: Path, tmp_path: Path) -> None:
    request = BundleRequest(project=make_project())
    first, second, third = Steps(), Steps(), Steps()
    bundle = make_bundle(request, cache=cache, progress=first)
    assert "building the wheel of tiny" in first
    assert make_bundle(request, cache=cache, progress=second) == bundle
    assert second == []
    assert request.project is not None
    os.utime(request.project / "tiny" / "__init__.py", (1, 1))
    assert make_bundle(request, cache=cache, progress=third) == bundle
    assert third == ["building the wheel of tiny"], "its content is the same: the rest need not be made again"


@pytest.mark.parametrize("snapshot", [(), ("tiny",)])
def test_a_changed_project_makes_another_bundle(
    snapshot: tuple[str, ...], make_project: MakeProject, cache: Path, steps: Steps
) -> None:
    project = make_project()
    request = BundleRequest(project=project, snapshot=snapshot)
    before = make_bundle(request, cache=cache, progress=steps)
    changed = f"changed = {snapshot}\n"
    (project / "tiny" / "__init__.py").write_text(changed)
    steps.clear()
    after = make_bundle(request, cache=cache, progress=steps)
    assert after.digest != before.digest
    assert installed_files(after)["tiny/__init__.py"] == changed.encode()
    assert steps == [
        "building the wheel of tiny",
        "resolving 1 requirement",
        "compiling 1 package",
        "taking a snapshot of the interpreter",
        # What the project is not in is as it was.
        *(["compressing the snapshot"] if snapshot else []),
        "trying the interpreter",
    ]


def test_the_same_input_gives_the_same_bytes_in_another_cache(
    make_project: MakeProject, cache: Path, tmp_path: Path, steps: Steps
) -> None:
    request = BundleRequest(project=make_project(), snapshot=("tiny", "asyncio", "random"))
    here = make_bundle(request, cache=cache, progress=steps)
    there = make_bundle(request, cache=tmp_path / "a #quite %41 different cäche", progress=steps)
    assert there.folder != here.folder
    assert contents(there.folder) == contents(here.folder)
    assert there.digest == here.digest


def test_a_wheel_from_a_folder_of_wheels(make_project: MakeProject, tmp_path: Path, steps: Steps) -> None:
    # Its own: in the cache of all lie the wheels of other tests.
    project, cache = make_project(), tmp_path / "cache"
    built = make_bundle(BundleRequest(project=project), cache=cache, progress=steps)
    wheel = next(cache.glob("wheels/*/*/tiny-1.0-py3-none-any.whl"))
    assert make_bundle(BundleRequest(project=wheel), cache=cache, progress=steps).digest == built.digest
    offline = ("--no-index", "--find-links", str(wheel.parent))
    request = BundleRequest(project=None, requirements=("tiny",), uv_options=offline)
    assert make_bundle(request, cache=cache, progress=steps).digest == built.digest


def test_markers_are_those_of_the_page(make_project: MakeProject, tmp_path: Path, steps: Steps) -> None:
    project, cache = make_project(), tmp_path / "cache"
    make_bundle(BundleRequest(project=project), cache=cache, progress=steps)
    wheels = next(cache.glob("wheels/*/*/tiny-1.0-py3-none-any.whl")).parent
    for marker, count in (('sys_platform == "emscripten"', 1), ('sys_platform == "linux"', 0)):
        request = BundleRequest(
            project=None,
            requirements=(f"tiny; {marker}",),
            uv_options=("--no-index", "--find-links", str(wheels)),
        )
        assert len(make_bundle(request, cache=cache, progress=steps).manifest.packages) == count


def test_a_project_that_does_not_build(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    project = make_project(FAILURE="a generator is missing")
    with pytest.raises(BundleError) as error:
        make_bundle(BundleRequest(project=project), cache=cache, progress=steps)
    first, *detail = str(error.value).splitlines()
    assert first == (
        f"The wheel of {project} cannot be built: make `uv build --wheel` work there,"
        " or set emrun_project to a wheel that is, or to None. uv said:"
    )
    assert "    RuntimeError: a generator is missing" in detail


def test_a_project_that_builds_for_this_machine(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    project = make_project(WHEEL_TAG="cp311-cp311-linux_x86_64")
    with pytest.raises(BundleError) as error:
        make_bundle(BundleRequest(project=project), cache=cache, progress=steps)
    assert str(error.value) == (
        "tiny-1.0-cp311-cp311-linux_x86_64.whl is compiled for cp311-cp311-linux_x86_64, not for the"
        " interpreter of the page (CPython 3.14 on pyemscripten_2026_0_wasm32), where its compiled part"
        " cannot be left out: set emrun_project to a wheel that is, or to None."
    )


def test_a_dependency_without_a_name_in_the_index(
    make_project: MakeProject, cache: Path, tmp_path: Path, steps: Steps
) -> None:
    (tmp_path / "wheels").mkdir()
    options = ("--no-index", "--find-links", str(tmp_path / "wheels"))
    request = BundleRequest(project=make_project(REQUIRES=["missing"]), uv_options=options)
    with pytest.raises(BundleError) as error:
        make_bundle(request, cache=cache, progress=steps)
    assert str(error.value) == (
        "missing (needed by tiny) is not in the package index: correct its name in emrun_requirements or the"
        " dependencies of the project."
    )
