"""The workflow that the documentation offers for GitHub Pages, as far as it can be tried without GitHub."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from distributions import ROOT, environment

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("package")]

WORKFLOW = ROOT / "docs" / "github-pages.yml"
PROJECT = ROOT / "tests" / "cases" / "projects" / "tiny"
CONF = 'project = "tiny"\nextensions = ["sphinx_emrun"]\n'
PAGE = "Tiny\n====\n\n.. runnable::\n\n   import tiny\n   print(tiny.__name__)\n"


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    """As GitHub reads it; YAML 1.1 has `on` for True."""
    parsed: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    return parsed


@pytest.fixture(scope="module")
def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow["jobs"]["build"]["steps"]
    return found


def test_it_has_the_form_of_a_workflow(workflow: dict[Any, Any], steps: list[dict[str, Any]]) -> None:
    assert workflow.keys() == {"name", True, "permissions", "concurrency", "jobs"}
    assert workflow[True].keys() == {"push", "workflow_dispatch"}
    build, deploy = workflow["jobs"]["build"], workflow["jobs"]["deploy"]
    assert workflow["jobs"].keys() == {"build", "deploy"}
    assert build.keys() == {"runs-on", "timeout-minutes", "steps"}
    assert deploy.keys() == {"needs", "permissions", "environment", "steps", "runs-on", "timeout-minutes"}
    for step in [*steps, *deploy["steps"]]:
        assert step.keys() <= {"name", "id", "uses", "with", "run"}
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/none@v0"))


def test_only_the_deployment_may_publish(workflow: dict[Any, Any], steps: list[dict[str, Any]]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    assert steps[0]["with"] == {"persist-credentials": False}
    deploy = workflow["jobs"]["deploy"]
    assert deploy["needs"] == "build"
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    (deployment,) = deploy["steps"]
    assert deployment["uses"].startswith("actions/deploy-pages@")
    assert deploy["environment"] == {
        "name": "github-pages",
        "url": f"${{{{ steps.{deployment['id']}.outputs.page_url }}}}",
    }
    upload = steps[-1]
    assert upload["uses"].startswith("actions/upload-pages-artifact@")
    assert f" {upload['with']['path']}" in steps[-2]["run"]


def test_its_commands_build_a_site(steps: list[dict[str, Any]], wheel: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(PROJECT, checkout)
    (checkout / "docs").mkdir()
    (checkout / "docs" / "conf.py").write_text(CONF)
    (checkout / "docs" / "index.rst").write_text(PAGE)
    # What setup-python leaves: `python` is first on the path, and has pip. Ours comes from here.
    programs = environment(tmp_path / "venv", sys.executable, "pip")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, "PATH": path, "PIP_FIND_LINKS": str(wheel.parent)}
    for step in steps:
        if "run" in step:  # as GitHub's runners do
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = subprocess.run(
                command, cwd=checkout, env=settings, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
    site = checkout / "_site"
    (manifest,) = site.glob("_static/emrun/*/manifest.json")
    assert '{"name":"tiny"' in manifest.read_text("utf-8")
    assert f"{manifest.parent.name}/main.js" in (site / "index.html").read_text("utf-8")
