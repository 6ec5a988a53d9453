"""The command ``sphinx-emrun lint``, and the hook that runs it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from sphinx_emrun import cli

ROOT = Path(__file__).parents[2]
FILES = {
    "src/pkg/__init__.py": "import sys\nif sys.platform == 'win32':\n    from pkg import _windows\n",
    "src/pkg/_windows.py": "import winreg\n",
    "src/pkg/screen.py": '"""A screen."""\n\nimport curses\n\ndef run():\n    import os\n    os.fork()\n',
    "src/pkg/tests/test_pkg.py": "import tkinter\n",
    "script, 100%.py": "import readline\n",
    ".venv/lib/module.py": "import grp\n",
    "environment/pyvenv.cfg": "",
    "environment/lib/other.py": "import grp\n",
    "fine.py": "import json\n",
    "data.txt": "import grp\n",
}
SCREEN = "src/pkg/screen.py:3: curses cannot be imported in a browser: "


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory."""
    for path, text in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


Lines = list[str]


def lint(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Lines]:
    status = cli.main(["lint", *arguments])
    return status, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["."], ["script, 100%.py:1: readline ", SCREEN]),
        (["src"], [SCREEN]),
        (["src/pkg"], [SCREEN]),
        (["src/pkg/screen.py", "src/pkg/_windows.py", "src/pkg/screen.py"], [SCREEN]),
        (["--functions", "src/pkg/screen.py"], [SCREEN, "src/pkg/screen.py:7: os.fork() fails "]),
        (["script, 100%.py", "fine.py"], ["script, 100%.py:1: readline "]),
        (["fine.py"], []),
        (["src/pkg/_windows.py"], []),
    ],
)
def test_what_is_found_where(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], found: list[str]
) -> None:
    status, lines = lint(capsys, *arguments)
    assert status == bool(found)
    assert len(lines) == len(found)
    assert all(line.startswith(start) for line, start in zip(lines, found, strict=True)), lines


def test_a_wheel(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile("pkg-1-py3-none-any.whl", "w") as wheel:
        for file in sorted(Path("src/pkg").rglob("*.py")):
            wheel.write(file, file.relative_to("src"))
    status, lines = lint(capsys, "pkg-1-py3-none-any.whl")
    assert status == 1
    assert [line.partition(": ")[0] for line in lines] == ["pkg-1-py3-none-any.whl/pkg/screen.py:3"]


@pytest.mark.parametrize("path", ["nowhere", "data.txt", "broken.whl"])
def test_what_cannot_be_read(project: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    Path("broken.whl").write_text("no archive")
    assert cli.main(["lint", "src", path]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"sphinx-emrun lint: error: {path} ")


def test_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lint", "--format", "json", "src"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert problem.pop("text").startswith("curses cannot be imported")
    assert problem == {"path": "src/pkg/screen.py", "line": 3}
    assert cli.main(["lint", "--format", "json", "fine.py"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_annotations_on_github(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, (line,) = lint(capsys, "--format", "github", "script, 100%.py")
    assert status == 1
    assert line.startswith(
        "::error file=script%2C 100%25.py,line=1,title=sphinx-emrun::readline cannot be imported"
    )


def test_the_hook_lints_the_files_that_it_is_given(project: Path) -> None:
    """As pre-commit reads it (pre-commit.com: creating new hooks), and calls it."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {"id", "name", "entry", "language"} <= hook.keys()
    assert (hook["id"], hook["language"], hook["types"]) == ("sphinx-emrun-lint", "python", ["python"])
    files = [path for path in FILES if path.endswith(".py") and not re.search(hook["exclude"], path)]
    assert set(FILES) - set(files) == {"src/pkg/tests/test_pkg.py", "environment/pyvenv.cfg", "data.txt"}
    program, *arguments = shlex.split(hook["entry"])
    command = shutil.which(program, path=str(Path(sys.executable).parent))
    assert command, "the package installs the hook's program"
    done = subprocess.run([command, *arguments, *files[:3]], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.startswith(SCREEN), done.stderr) == (1, True, "")
    assert subprocess.run([command, *arguments, "fine.py"], check=False).returncode == 0


def test_the_documentation_shows_the_hook_as_it_is() -> None:
    (offered,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    page = (ROOT / "docs" / "platform.md").read_text("utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (hook,) = yaml.safe_load(shown)["repos"][0]["hooks"]
    assert hook["language"] == "system"
    assert {name: hook[name] for name in ("id", "name", "entry", "types")} == {
        name: offered[name] for name in ("id", "name", "entry", "types")
    }
