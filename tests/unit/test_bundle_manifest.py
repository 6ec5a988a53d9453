from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sphinx_emrun.bundle.manifest import File, Library, Manifest, Package

MANIFEST = Manifest(
    python="3.14.2",
    pyodide="314.0.7",
    platform="pyemscripten_2026_0_wasm32",
    files={"worker.js": File(size=3, sha256="ab"), "main.js": File(size=4, sha256="cd")},
    code=("worker.js",),
    stdlib="stdlib.zip",
    snapshot="snapshot.bin",
    libraries=(Library(path="/lib/a.so", image="packages/0.bin", front="fronts/0.bin"),),
    index="packages/index.json",
    packages=(Package(name="pydantic", version="2.14.3"),),
)


def test_json_is_compact_and_sorted() -> None:
    assert MANIFEST.to_json() == (
        '{"code":["worker.js"],"files":{"main.js":{"sha256":"cd","size":4},"worker.js":{"sha256":"ab","size":3}},'
        '"index":"packages/index.json","libraries":[{"front":"fronts/0.bin",'
        '"image":"packages/0.bin","path":"/lib/a.so"}],'
        '"offline":false,"packages":[{"name":"pydantic","version":"2.14.3"}],'
        '"platform":"pyemscripten_2026_0_wasm32","pyodide":"314.0.7","python":"3.14.2","schema":1,'
        '"shared":{},"snapshot":"snapshot.bin","stdlib":"stdlib.zip"}'
    )


def test_it_is_read_back() -> None:
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


def test_a_file_may_lie_elsewhere_and_the_name_says_so() -> None:
    shared = replace(MANIFEST, shared={"main.js": "../../s/ab/main.js"})
    assert Manifest.from_json(shared.to_json()) == shared
    assert [shared.place(path) for path in shared.files] == ["worker.js", "../../s/ab/main.js"]
    assert shared.digest != MANIFEST.digest


def test_another_schema_is_refused() -> None:
    text = json.dumps({"schema": 2})
    with pytest.raises(ValueError, match="a manifest of schema 2, not 1"):
        Manifest.from_json(text)


@pytest.mark.parametrize("change", [{"files": None}, {"files": {"a": {"size": 1}}}, {"new": 1}])
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    data = json.loads(MANIFEST.to_json()) | change
    if data["files"] is None:
        del data["files"]
    with pytest.raises(ValueError, match="not a manifest"):
        Manifest.from_json(json.dumps(data))
