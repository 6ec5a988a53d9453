from __future__ import annotations

import gzip
import json
from pathlib import Path

from sphinx_emrun.bundle.manifest import Package
from sphinx_emrun.bundle.packages import LARGE, distributions, site_files, write_images

INFO = "lib-1.0.dist-info"
RECORD = f"""\
lib/data.txt,sha256=b,4
bin/lib,sha256=x,3
lib/__init__.py,sha256=a,6
{INFO}/METADATA,sha256=c,10
{INFO}/direct_url.json,sha256=d,10
{INFO}/RECORD,,
"""
FILES = {
    ".lock": "",
    "bin/lib": "#!/home/someone/python\n",
    "lib/__init__.py": "x = 1\n",
    "lib/data.txt": "data",
    "lib/tests/test_lib.py": "def test(): pass\n",
    "lib/.hidden": "kept: the package may read it",
    "lib/__pycache__/__init__.cpython-311.pyc": "another interpreter's",
    "lib-extra.pth": "import lib",
    "share/man/man1/lib.1": "manual",
    f"{INFO}/METADATA": "Metadata-Version: 2.1\nName: lib\nVersion: 1.0\n",
    f"{INFO}/RECORD": RECORD,
    f"{INFO}/INSTALLER": "uv",
    f"{INFO}/REQUESTED": "",
    f"{INFO}/direct_url.json": '{"url": "file:///home/someone/lib"}',
    f"{INFO}/licenses/LICENSE": "free",
}


def installed(folder: Path, files: dict[str, str]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return folder


def test_what_belongs_to_this_machine_stays_there(tmp_path: Path) -> None:
    assert sorted(site_files(installed(tmp_path, FILES))) == [
        f"{INFO}/METADATA",
        f"{INFO}/RECORD",
        f"{INFO}/licenses/LICENSE",
        "lib-extra.pth",
        "lib/.hidden",
        "lib/__init__.py",
        "lib/data.txt",
        "lib/tests/test_lib.py",
        "share/man/man1/lib.1",
    ]


def test_record_lists_what_is_in_the_image(tmp_path: Path) -> None:
    assert site_files(installed(tmp_path, FILES))[f"{INFO}/RECORD"].decode().splitlines() == [
        f"{INFO}/METADATA,sha256=c,10",
        f"{INFO}/RECORD,,",
        "lib/__init__.py,sha256=a,6",
        "lib/data.txt,sha256=b,4",
    ]


def test_a_package_named_bin_is_no_folder_of_scripts(tmp_path: Path) -> None:
    files = site_files(installed(tmp_path, {"bin/__init__.py": "", "bin/tool.py": ""}))
    assert sorted(files) == ["bin/__init__.py", "bin/tool.py"]


def test_distributions(tmp_path: Path) -> None:
    other = {"b-2.dist-info/METADATA": "Metadata-Version: 2.1\nName: B\nVersion: 2\n"}
    found = distributions(installed(tmp_path, FILES | other))
    assert found == [Package(name="B", version="2"), Package(name="lib", version="1.0")]
    assert distributions(tmp_path / "lib") == []


def test_an_image_holds_what_is_read_together(tmp_path: Path) -> None:
    large = LARGE * 2 // 3
    sizes = {
        **dict.fromkeys([f"{INFO}/METADATA", "small-1.dist-info/METADATA"], 10),
        **dict.fromkeys(["lib/__init__.py", "lib/fast.so", "lib/tests/test_lib.py"], 10),
        **dict.fromkeys(["small/__init__.py", "tiny/__init__.py"], 20),
        **dict.fromkeys(["small/__pycache__/__init__.pyc", "tiny/__pycache__/__init__.pyc"], 30),
        **dict.fromkeys(["lib/__pycache__/__init__.pyc", "lib/tests/__pycache__/test_lib.pyc"], 30),
        **dict.fromkeys(["lib/a/__pycache__/a.pyc", "lib/b/__pycache__/b.pyc", "lib/b/b.txt"], large),
        "lib/c/__pycache__/c.pyc": LARGE * 2,
    }
    members = {name: name[-1].encode() * size for name, size in sizes.items()}
    write_images(members, tmp_path)
    index = json.loads((tmp_path / "index.json").read_text())
    found: list[list[str]] = [[] for _ in index["images"]]
    for name, (image, start, size) in index["files"].items():
        found[image].append(name)
        content = gzip.decompress((tmp_path / Path(index["images"][image]).name).read_bytes())
        assert content[start : start + size] == members[name]
    assert found == [
        ["lib/fast.so"],
        [f"{INFO}/METADATA", "small-1.dist-info/METADATA"],
        ["lib/__pycache__/__init__.pyc", "lib/a/__pycache__/a.pyc", "lib/b/__pycache__/b.pyc", "lib/b/b.txt"],
        ["lib/c/__pycache__/c.pyc"],
        ["small/__pycache__/__init__.pyc", "tiny/__pycache__/__init__.pyc"],
        ["lib/__init__.py", "small/__init__.py", "tiny/__init__.py"],
        ["lib/tests/__pycache__/test_lib.pyc", "lib/tests/test_lib.py"],
    ]
