"""What a module may have done at its import and be in the snapshot nonetheless, and what keeps it out."""

from __future__ import annotations

from pathlib import Path

from sphinx_emrun.bundle import BundleRequest, make_bundle
from tests.bundle.conftest import MakeProject, Steps

MODULES = Path(__file__).parents[1] / "cases" / "snapshot" / "modules"
#: In the snapshot are the others.
REFUSED = {
    "callback": "it makes functions for C to call",
    "function": "it makes functions for C to call",
    "javascript": (
        "The interpreter crashed: JavaScript cannot be reached while the site is built;"
        " a block that needs it takes the option :no-check:"
    ),
    "file": "it keeps a file open",
    "fails": "ValueError: not here",
    "prints": "it prints",
}


def test_what_cannot_be_kept_keeps_a_module_out(make_project: MakeProject, cache: Path, steps: Steps) -> None:
    project = make_project()
    modules = {file.stem: file for file in MODULES.glob("*.py")}
    for name, file in modules.items():
        (project / "tiny" / f"{name}.py").write_bytes(file.read_bytes())
    request = BundleRequest(project=project, snapshot=("tiny", *(f"tiny.{name}" for name in modules)))
    bundle = make_bundle(request, cache=cache, progress=steps)
    assert bundle.draft.refused == {f"tiny.{name}": reason for name, reason in REFUSED.items()}
    assert {*modules} > {*REFUSED}
