"""A build backend (PEP 517) that needs nothing from any index; `[tool.backend]` says what it does.

It packs the folder of the project's name. `include` packs more: {path in the wheel: path}. `write` writes a file into
the tree, as backends do. `tag` is the wheel's.
"""

import os
import pathlib
import tarfile
import tomllib
import zipfile


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    tables = tomllib.loads(pathlib.Path("pyproject.toml").read_text("utf-8"))
    project, tool = tables["project"], tables.get("tool", {}).get("backend", {})
    name, version, tag = project["name"], project["version"], tool.get("tag", "py3-none-any")
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {text}" for text in project.get("dependencies", [])]
    for extra, texts in project.get("optional-dependencies", {}).items():
        metadata += [f"Provides-Extra: {extra}"]
        metadata += [f'Requires-Dist: {text} ; extra == "{extra}"' for text in texts]
    if path := tool.get("write"):
        pathlib.Path(path).write_text("as backends do, this writes into the tree", "utf-8")
    info = f"{name}-{version}.dist-info"
    members = {
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: generic\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/RECORD": "",
    }
    files = sorted(file for file in pathlib.Path(name).rglob("*") if file.is_file())
    members |= {file.as_posix(): file.read_text("utf-8") for file in files}
    members |= {path: pathlib.Path(source).read_text("utf-8") for path, source in tool.get("include", {}).items()}
    wheel = f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, wheel), "w") as archive:
        for path, content in members.items():
            archive.writestr(path, content)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    tables = tomllib.loads(pathlib.Path("pyproject.toml").read_text("utf-8"))
    stem = f"{tables['project']['name']}-{tables['project']['version']}"
    with tarfile.open(pathlib.Path(sdist_directory, f"{stem}.tar.gz"), "w:gz") as archive:
        for path in sorted(os.listdir()):
            archive.add(path, f"{stem}/{path}")
    return f"{stem}.tar.gz"
