from __future__ import annotations

from pathlib import Path

from sphinx_emrun.bundle.manifest import Package
from sphinx_emrun.bundle.packages import distributions, site_files

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
