"""An installed wheel and an editable install at work, with the oldest and the newest Sphinx."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from distributions import ROOT, environment, newest_python

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("package")]

# What is installed with the wheel: the lowest versions that we declare, or whatever is newest.
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OLDEST = ("--resolution", "lowest-direct", *PROJECT["dependencies"])
NEWEST = ("--upgrade",)

REPORT = """
import json, sphinx, sys
from sphinx_emrun import resources
print(json.dumps({
    "python": sys.version_info[:2],
    "sphinx": sphinx.version_info[:2],
    "folders": [str(f()) for f in (resources.static_dir, resources.templates_dir, resources.third_party_dir)],
    "verified": sorted(resources.verify_third_party()),
}))
"""
PAGE = """
Title
=====

.. runnable::

   print("an example")
"""


def output(*command: str | Path) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def installations() -> list[Any]:
    newest = newest_python()
    cases = {"oldest Sphinx": (sys.executable, OLDEST), "newest Sphinx": (sys.executable, NEWEST)}
    if newest != sys.executable:
        cases["newest Sphinx, newest Python"] = (newest, NEWEST)
    return [pytest.param(*case, id=name) for name, case in cases.items()]


@pytest.mark.parametrize(("python", "versions"), installations())
def test_installed_wheel(wheel: Path, tmp_path: Path, python: str, versions: tuple[str, ...]) -> None:
    programs = environment(tmp_path / "venv", python, *versions, wheel)
    report = json.loads(output(programs / "python", "-I", "-c", REPORT))
    (package,) = tmp_path.glob("venv/lib/*/site-packages/sphinx_emrun")
    assert report["folders"] == [str(package / name) for name in ("static", "templates", "third_party")]
    assert "pyodide/pyodide.asm.wasm" in report["verified"]
    assert (report["sphinx"] == [7, 4]) == (versions == OLDEST)

    assert output(programs / "sphinx-emrun", "--version").startswith("sphinx-emrun ")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "conf.py").write_text('extensions = ["sphinx_emrun"]\nemrun_project = None\n')
    (docs / "index.rst").write_text(PAGE)
    output(programs / "sphinx-build", "-W", "-b", "text", docs, tmp_path / "text")
    assert 'print("an example")' in (tmp_path / "text/index.txt").read_text()


def test_editable_install(source_tree: Path, tmp_path: Path) -> None:
    programs = environment(tmp_path / "venv", sys.executable, "--editable", source_tree)
    report = json.loads(output(programs / "python", "-I", "-c", REPORT))
    package = source_tree / "sphinx_emrun"
    assert report["folders"] == [
        str(source_tree / "static"),
        str(source_tree / "templates"),
        str(package / "third_party"),
    ]
    assert "licenses/pyodide.txt" in report["verified"]
