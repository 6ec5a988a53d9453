"""The commands ``python`` and ``install``: the bundled interpreter at work on this machine's files."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.collector import ARCHIVES, Collector, marker_environment
from sphinx_emrun.bundle.interpreter import Interpreter, find_interpreter
from sphinx_emrun.bundle.project import is_project
from sphinx_emrun.bundle.requirements import install_into, prepare
from sphinx_emrun.bundle.stdlib import standard_library
from sphinx_emrun.bundle.wheels import Builder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx_emrun.bundle.progress import Progress

#: Options of uv's that may be followed by a folder of files.
PATH_OPTIONS = {"-f", "--find-links", "--index", "--default-index", "--extra-index-url", "--cache-dir"}


def cache_folder() -> Path:
    """Where things are kept that no site owns (XDG Base Directory Specification)."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "sphinx-emrun"


def interpreter(progress: Progress) -> Interpreter:
    """The bundled interpreter with its whole standard library, compiled when it is first asked for."""
    cache = Cache(cache_folder())
    found = find_interpreter(cache)
    library = standard_library("full", found, cache=cache, progress=progress)
    return found.starting_from(library.image)


def run_python(arguments: Sequence[str], progress: Progress) -> int:
    """Run ``python ARGUMENTS`` on this process's standard streams; returns its exit status."""
    python = interpreter(progress)
    environment = {**os.environ, "EMRUN_STDLIB": str(python.stdlib)}
    with _terminal() as raw:
        if raw:
            environment["EMRUN_TERMINAL"] = "1"
        status = _wait([str(python.executable), *arguments], environment)
    if status == -signal.SIGINT:
        # As Python itself ends by an interrupt that nobody has caught: shells look for that.
        _default_interrupt()
        signal.raise_signal(signal.SIGINT)
    return 128 - status if status < 0 else status


def install(target: Path, arguments: Sequence[str], progress: Progress) -> str:
    """Install what ``uv pip install ARGUMENTS`` names, for the bundled interpreter, into ``target``.

    :returns: what uv has said.
    :raises BundleError: one sentence that says what to do.
    """
    here, cache, python = Path.cwd(), Cache(cache_folder()), interpreter(progress)
    projects = [
        word for word, before in zip(arguments, ("", *arguments), strict=False) if _is_path(word, before)
    ]
    rest = [word for word in arguments if word not in projects]
    how = prepare(None, python, rest, here, cache=cache, progress=progress)
    builder = Builder(python, how.settings, cache=cache, progress=progress)
    collector = Collector(builder, how.sources.wheel, marker_environment(python))
    return install_into(target, collector.collect(None, projects, folder=here), how)


def _is_path(word: str, before: str) -> bool:
    """Whether an argument of uv's is a requirement that leads to a project or a file."""
    path = Path(word.partition("[")[0] or "-")
    if word.startswith("-") or before in PATH_OPTIONS:
        return False
    return is_project(path) if path.is_dir() else path.is_file() and path.name.endswith((".whl", *ARCHIVES))


def _wait(command: list[str], environment: dict[str, str]) -> int:
    """Run a program; returns its exit status, or, below 0, the signal that has ended it."""
    # Ctrl-C is the program's: whoever sits at the terminal means it, and it may want to go on.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            command, env=environment, restore_signals=True, preexec_fn=_default_interrupt
        )
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def _default_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def _terminal() -> Iterator[bool]:
    """Leave a terminal's line discipline to the program, if standard input is one; says whether it is."""
    if not sys.stdin.isatty():
        yield False
        return
    import termios
    import tty

    saved = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        yield True
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, saved)
