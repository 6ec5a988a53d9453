"""Programs of this machine that are run while a bundle is made: uv and git."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import uv

from sphinx_emrun.bundle.errors import BundleError

#: Seconds. uv has time limits of its own for the network; a build backend has none.
LIMIT = 900
#: Where git is told of a checkout.
GIT_PLACES = {
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
}
#: Environment variables that make a program write colours, or break its lines at a width.
FOR_A_TERMINAL = {"FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"}


@dataclass(frozen=True)
class Result:
    """What a program has written, and its exit status."""

    status: int
    stdout: str
    stderr: str


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    purpose: str,
    environment: Mapping[str, str] | None = None,
    limit: float | None = None,
) -> Result:
    """Run a program to its end. An interrupt ends it with everything that it has started.

    :param folder: the working directory.
    :param purpose: what it does, for the sentence that says that it took too long.
    :raises BundleError: when it is still running after `limit` seconds.
    :raises OSError: when there is no such program.
    """
    seconds = limit or LIMIT
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=_plain(os.environ if environment is None else environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        stdout, stderr = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        raise BundleError(
            f"{purpose[0].upper()}{purpose[1:]} did not end within {seconds:g} seconds and was stopped:"
            f" run `{' '.join(map(str, command[:3]))}` by hand to see what it waits for."
        ) from None
    except BaseException:
        _end(process)
        raise
    return Result(process.returncode, os.fsdecode(stdout), stderr.decode("utf-8", "replace"))


def uv_command(*arguments: str | Path) -> list[str]:
    """A command of the uv that was installed with us."""
    return [uv.find_uv_bin(), *map(str, arguments)]


def environment_for_git() -> dict[str, str]:
    """This process's environment, in which git finds the checkout of its folder and does not write to it.

    Git names another checkout to the hooks that it runs (githooks(5)), and a site may be built in one.
    """
    own = {name: value for name, value in os.environ.items() if name not in GIT_PLACES}
    return {**own, "GIT_OPTIONAL_LOCKS": "0"}


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, changed so that programs write whole lines without colours."""
    plain = {name: value for name, value in environment.items() if name not in FOR_A_TERMINAL}
    return plain | {"NO_COLOR": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program, and what it has started: a build backend would keep the pipes open."""
    if os.name == "nt":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
