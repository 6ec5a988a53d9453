"""The command ``lint``: what of some code cannot work in a browser."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sphinx_emrun.lint.rules import Rules
from sphinx_emrun.lint.sources import file_tree, folder_tree, package_of, wheel_tree
from sphinx_emrun.lint.tree import lint_tree
from sphinx_emrun.platform import read_platform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_emrun.lint.tree import Found, Tree

Format = Literal["text", "github", "json"]


class LintError(Exception):
    """A path cannot be linted; one sentence says why."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One line of the report."""

    path: str
    line: int
    text: str


def lint(paths: Iterable[Path], *, functions: bool = False) -> list[Problem]:
    """What cannot work in the files, folders and wheels at ``paths``.

    :param functions: whether calls in functions count, which fail only when the functions are called.
    :raises LintError: for a path that is none of these.
    """
    rules = Rules(platform=read_platform(), functions=functions)

    @cache
    def found(root: Path) -> list[Found]:
        tree = _tree(root)
        provided = {name.partition(".")[0] for name in tree}
        return lint_tree(tree, tree, dataclasses.replace(rules, provided=provided))

    # A file is judged with its package, which may import it only where that is no harm.
    return sorted(
        {
            Problem(each.source.path, each.finding.line, each.finding.text)
            for path in paths
            for each in found(package_of(path))
            if not path.is_file() or path.suffix == ".whl" or Path(each.source.path) == path
        }
    )


def _tree(path: Path) -> Tree:
    if path.is_dir():
        return folder_tree(path)
    if path.suffix == ".whl":
        try:
            return wheel_tree(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise LintError(f"{path} cannot be read as a wheel: {error}.") from None
    if path.is_file() and path.suffix == ".py":
        return file_tree(path)
    raise LintError(f"{path} is no Python file, no folder and no wheel.")


def report(problems: Iterable[Problem], form: Format) -> str:
    """The problems as text: for people, as GitHub's workflow commands, or as a JSON array."""
    if form == "json":
        return json.dumps([dataclasses.asdict(each) for each in problems], indent=1, ensure_ascii=False)
    show = _github if form == "github" else _line
    return "\n".join(map(show, problems))


def _line(problem: Problem) -> str:
    return f"{problem.path}:{problem.line}: {problem.text}"


def _github(problem: Problem) -> str:
    """An annotation (GitHub: workflow commands)."""
    place = f"file={_escaped(problem.path, ',:')},line={problem.line},title=sphinx-emrun"
    return f"::error {place}::{_escaped(problem.text)}"


def _escaped(text: str, special: str = "") -> str:
    for character in "%\r\n" + special:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
