"""The interpreter that ships, as a `python` on this machine: Pyodide under the Node that came from PyPI."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle import confined, stack_checks
from sphinx_emrun.bundle.cache import Cache, file_digest, key
from sphinx_emrun.bundle.confined import node_binary as node_binary
from sphinx_emrun.bundle.stack_checks import with_stack_checks

WASM = "pyodide.asm.wasm"
"""A file of the distribution."""
#: How long a script of ours may run: compiling hundreds of packages takes minutes.
SCRIPT_SECONDS = 1200.0
#: How long a bundle may take to start and to run one line.
TRIAL_SECONDS = 180.0
SHIM = """\
#!/bin/sh
EMRUN_PYODIDE={pyodide} EMRUN_EXECUTABLE="$0" exec {node} {script} "$@"
"""


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """An executable that takes the arguments of `python`."""

    executable: Path
    #: The folder of the Pyodide distribution; its WebAssembly has stack checks of ours.
    distribution: Path
    #: The version of CPython, e.g. "3.14.2".
    python: str
    #: The platform tag of wheels for it (PEP 783), e.g. "pyemscripten_2026_0_wasm32".
    platform: str
    #: Starts three times faster from a standard library with bytecode, once there is one.
    stdlib: Path | None = None

    @property
    def wanted(self) -> str:
        """What wheels must be made for, in words."""
        return f"CPython {'.'.join(self.python.split('.')[:2])} on {self.platform}"

    def environment(self) -> dict[str, str]:
        """The environment to start it in, without the settings for this machine's own Python."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        if self.stdlib is not None:
            own["EMRUN_STDLIB"] = str(self.stdlib)
        return own | {"PYTHONHASHSEED": "0"}

    def starting_from(self, stdlib: Path) -> Interpreter:
        """The same, with another image of its standard library."""
        return dataclasses.replace(self, stdlib=stdlib)

    def run(self, script: Path, argument: object) -> str:
        """Run a script of ours, which finds `argument` as JSON on its standard input.

        :returns: its standard output.
        :raises InterpreterError: with the end of its standard error, when it does not exit with 0.
        """
        return confined.finished(
            confined.tied([self.executable, script]),
            said=json.dumps(argument),
            environment=self.environment(),
            seconds=SCRIPT_SECONDS,
            sentence=f"The bundled interpreter failed at {script.name}:",
        )


def try_bundle(folder: Path) -> None:
    """Start the bundle in `folder` as a page would, and run a program in it.

    :raises InterpreterError: with what was said, when that does not work.
    """
    confined.run(
        "trial.mjs", folder, seconds=TRIAL_SECONDS, sentence="Python could not be started from the bundle:"
    )


def _distribution(cache: Cache) -> Path:
    original = resources.third_party_dir() / "pyodide"

    def make(folder: Path) -> None:
        shutil.copytree(original, folder, dirs_exist_ok=True)
        (folder / WASM).write_bytes(with_stack_checks((original / WASM).read_bytes()))

    files = [*sorted(original.iterdir()), Path(stack_checks.__file__)]
    return cache.entry("pyodide", key([file_digest(file) for file in files]), make)


def find_interpreter(cache: Cache) -> Interpreter:
    """The interpreter of this installation; its executable is made in `cache`."""
    pyodide = _distribution(cache)
    lock = json.loads((pyodide / "pyodide-lock.json").read_bytes())["info"]
    script = resources.static_dir() / "node" / "python.mjs"
    text = SHIM.format(
        pyodide=shlex.quote(str(pyodide)),
        node=shlex.quote(str(node_binary())),
        script=shlex.quote(str(script)),
    )

    def make(folder: Path) -> None:
        executable = folder / "python"
        executable.write_text(text)
        executable.chmod(0o755)

    return Interpreter(
        executable=cache.entry("interpreter", key(text), make) / "python",
        distribution=pyodide,
        python=lock["python"],
        platform=f"pyemscripten_{lock['abi_version']}_{lock['arch']}",
    )
