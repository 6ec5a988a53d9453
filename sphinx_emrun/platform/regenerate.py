"""Tries the standard library in the interpreter that ships, and records what fails in ``table.json``.

``python -m sphinx_emrun.platform.regenerate`` does it, for a new version of Pyodide or new entries in
``groups.toml``.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from sphinx_emrun import resources
from sphinx_emrun.bundle import BundleRequest, make_bundle
from sphinx_emrun.bundle.progress import unseen
from sphinx_emrun.checking.interpreters import Interpreters
from sphinx_emrun.checking.outcome import OUTPUT, text_of
from sphinx_emrun.checking.plan import Place, Step
from sphinx_emrun.platform import NO_EFFECT, TABLE, read_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinx_emrun.bundle import Bundle
    from sphinx_emrun.checking.outcome import Outcome

#: Says of an exception what went wrong, whatever advice an interpreter adds.
DESCRIBE = """
def describe(error):
    kind = type(error)
    if kind is AssertionError:
        return NO_EFFECT
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if kind is ModuleNotFoundError:
        return f"{name}: No module named {error.name!r}"
    return f"{name}: {error}".strip().splitlines()[0]
"""
#: Prints {module: error, "" where there is none} of some modules, and of all that the interpreter names.
IMPORTS = """
import contextlib, importlib, io, json, sys, warnings

warnings.simplefilter("ignore")
def attempt(name):
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            importlib.import_module(name)
    except BaseException as error:
        return describe(error)
    return ""

names = sorted(sys.stdlib_module_names | set(NAMES))
print(json.dumps({name: attempt(name) for name in names}))
"""
#: Prints the error of a program, "" where there is none, in its last line.
CALL = """
import json
try:
    exec(PROGRAM, {"__name__": "__main__"})
except BaseException as error:
    print(json.dumps(describe(error)))
else:
    print(json.dumps(""))
"""
SECONDS = 20.0


def regenerate(cache: Path) -> dict[str, Any]:
    """The table, made anew.

    :param cache: where the bundle is made.
    :raises sphinx_emrun.bundle.InterpreterError: when the interpreter cannot be started.
    """
    bundle = make_bundle(BundleRequest(project=None), cache=cache, progress=unseen)
    groups, also = read_groups()
    calls = {name: program for group in groups for name, program in group.calls.items()}
    describe = DESCRIBE.replace("NO_EFFECT", repr(NO_EFFECT))
    imports = describe + IMPORTS.replace("NAMES", repr(sorted({*submodules(), *also})))
    programs = [describe + CALL.replace("PROGRAM", repr(program)) for program in calls.values()]
    modules, *errors = [_answer(outcome) for outcome in _run(bundle.folder, [imports, *programs])]
    return _table(bundle, modules, dict(zip(calls, errors, strict=True)))


def _table(bundle: Bundle, modules: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    return {
        "python": bundle.manifest.python,
        "pyodide": bundle.manifest.pyodide,
        "works": [name for name, error in sorted(modules.items()) if not error],
        "missing": {name: error for name, error in sorted(modules.items()) if error},
        "calls": {name: error for name, error in sorted(errors.items()) if error},
    }


def submodules() -> set[str]:
    """The public submodules in Pyodide's whole standard library, of which a site may ship less."""
    archive = zipfile.ZipFile(resources.third_party_dir() / "pyodide" / "python_stdlib.zip")
    files = [PurePosixPath(name) for name in archive.namelist() if name.endswith(".py")]
    names = [file.parent.parts if file.stem == "__init__" else file.with_suffix("").parts for file in files]
    return {".".join(parts) for parts in names if len(parts) > 1 and _is_public(parts)}


def _is_public(parts: Sequence[str]) -> bool:
    return parts[0] not in {"pyodide", "site-packages"} and not any(part.startswith("_") for part in parts)


def _run(bundle: Path, sources: Sequence[str]) -> list[Outcome]:
    """What comes of programs, each in an interpreter as if just started."""
    place = Place(source="", line=None)
    steps = [Step(source=source, place=place, ident="probe", seconds=SECONDS) for source in sources]
    outcomes: dict[int, Outcome] = {}

    def done(session: int, found: list[Outcome]) -> None:
        outcomes[session] = found[0]

    Interpreters(bundle=bundle).run([[step.program(0)] for step in steps], done)
    return [outcomes[number] for number in range(len(sources))]


def _answer(outcome: Outcome) -> Any:
    """What a program has printed in its last line; where it could not, how it ended."""
    if outcome.lost or outcome.late:
        return f"{outcome.lost or 'time'}: {outcome.reason}".strip(": ")
    lines = text_of(outcome.ended[0].output, OUTPUT).splitlines()
    return json.loads(lines[-1]) if lines else f"exit: {outcome.ended[0].status}"


def main() -> int:
    """Write the table; what has changed is what `git diff` shows."""
    with tempfile.TemporaryDirectory() as cache:
        table = regenerate(Path(cache))
    TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
