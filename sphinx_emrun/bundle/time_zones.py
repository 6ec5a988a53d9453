"""Whether packages need the database of time zones: a page's Python finds none of its machine's."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, distributions
from pathlib import Path

#: The distribution, and the package, that holds the database.
DATABASE = "tzdata"
_IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]+zoneinfo\b", re.MULTILINE)


def needs_database(installed: Path) -> bool:
    """Whether what was asked for by name, in the folder `installed`, imports `zoneinfo` without the database.

    What comes along as a dependency is left alone: it often imports `zoneinfo` to know its types only.
    """
    if (installed / DATABASE).is_dir():
        return False
    asked = [each for each in distributions(path=[str(installed)]) if each.read_text("REQUESTED") is not None]
    return any(_IMPORT.search(file.read_bytes()) for each in asked for file in _modules(each, installed))


def _modules(distribution: Distribution, installed: Path) -> list[Path]:
    found = [installed / str(file) for file in distribution.files or () if file.suffix == ".py"]
    return [file for file in found if file.is_file()]
