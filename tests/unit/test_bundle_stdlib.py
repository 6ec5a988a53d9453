from __future__ import annotations

import zipfile

from sphinx_emrun import resources
from sphinx_emrun.bundle.stdlib import left_out, trim


def test_trim_leaves_out_modules_packages_and_files() -> None:
    kept = {
        "json/__init__.py": b"",
        "nturl2paths.py": b"",
        "concurrent/__init__.py": b"",
        "concurrent/futures/thread.py": b"",
    }
    gone = {
        "nturl2path.py": b"",
        "concurrent/interpreters/__init__.py": b"",
        "concurrent/interpreters/_queues.py": b"",
        "concurrent/futures/interpreter.py": b"",
        "tomllib/mypy.ini": b"",
    }
    assert trim(kept | gone) == kept


def test_every_name_left_out_is_there_and_has_a_reason() -> None:
    with zipfile.ZipFile(resources.third_party_dir() / "pyodide" / "python_stdlib.zip") as archive:
        members = dict.fromkeys(archive.namelist(), b"")
    for name, reason in left_out().items():
        path = name if "/" in name else name.replace(".", "/")
        assert {path, f"{path}.py", f"{path}/"} & set(members), name
        assert reason
