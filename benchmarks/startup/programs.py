"""What the pages run."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: What every program prints, and none has in its text.
PRINTED = "hello, reader"
PRINT = 'print("hello," " reader")'
PLATFORM = "pyemscripten_2026_0_wasm32"


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a block holds."""

    name: str
    source: str
    #: What it imports, and what that needs, pinned: the same for all subjects.
    requirements: tuple[str, ...] = ()


PROGRAMS = {
    program.name: program
    for program in (
        Program(name="empty", source=PRINT),
        Program(
            name="pydantic",
            source=f"import pydantic\n{PRINT}",
            requirements=(
                "pydantic==2.14.3",
                "pydantic_core==2.50.4",
                "annotated-types==0.7.0",
                "typing-extensions==4.16.0",
                "typing-inspection==0.4.4",
            ),
        ),
        Program(
            name="sympy", source=f"import sympy\n{PRINT}", requirements=("sympy==1.14.0", "mpmath==1.3.0")
        ),
    )
}


def download(requirements: tuple[str, ...], folder: Path) -> list[str]:
    """Put the wheels of some requirements into a folder, and name those that it then holds."""
    if requirements:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        command += ["--platform", PLATFORM, "--platform", "any", "--python-version", "3.14"]
        subprocess.run([*command, "-d", folder, *requirements], check=True)
    return sorted(wheel.name for wheel in folder.glob("*.whl"))
