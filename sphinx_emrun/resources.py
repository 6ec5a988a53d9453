"""Where the files that are not Python lie: our browser code, our templates, and the third-party JavaScript.

A wheel carries these folders inside the package. In a checkout (an editable install) ``static/`` and
``templates/`` lie beside the package, and ``hatch_build.py`` makes the other two inside it: ``third_party/``,
and ``prebuilt/`` with what is made of that and is the same for every site.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
INTEGRITY = "INTEGRITY.json"
REMEDY = "install sphinx-emrun again (in a checkout: pip install -e .)"


class ResourceError(Exception):
    """A file of our own installation is missing or altered; the message is one sentence with the remedy."""


def static_dir() -> Path:
    """The folder with our browser code.

    :raises ResourceError: when neither the package nor a checkout around it holds one.
    """
    return _find(PACKAGE / "static", PACKAGE.parent / "static")


def templates_dir() -> Path:
    """The folder with our Jinja templates.

    :raises ResourceError: when neither the package nor a checkout around it holds one.
    """
    return _find(PACKAGE / "templates", PACKAGE.parent / "templates")


def third_party_dir() -> Path:
    """The folder with the interpreter (``pyodide/``), the terminal (``xterm/``) and their ``licenses/``.

    :raises ResourceError: when the build hook has not made it.
    """
    return _find(PACKAGE / "third_party")


def prebuilt_dir() -> Path:
    """The folder with what `bundle.prebuilt` makes for the caches of all sites; it may be missing."""
    return PACKAGE / "prebuilt"


def third_party_hashes() -> dict[str, str]:
    """What was recorded of the third-party files when the package was built.

    :returns: {path below :func:`third_party_dir`: SHA-256 in hex}, sorted by path.
    :raises ResourceError: when the record is missing or altered.
    """
    record = third_party_dir() / INTEGRITY
    try:
        recorded: dict[str, str] = json.loads(record.read_bytes())
    except FileNotFoundError:
        raise ResourceError(f"{record} is missing: {REMEDY}.") from None
    except ValueError:
        raise ResourceError(f"{record} has been altered: {REMEDY}.") from None
    return recorded


def verify_third_party() -> dict[str, str]:
    """Check every third-party file against :func:`third_party_hashes`, and return those.

    :raises ResourceError: naming the first file that is missing or altered.
    """
    folder, recorded = third_party_dir(), third_party_hashes()
    for path, digest in recorded.items():
        if not (folder / path).is_file():
            raise ResourceError(f"{folder / path} is missing: {REMEDY}.")
        if _sha256(folder / path) != digest:
            raise ResourceError(f"{folder / path} has been altered: {REMEDY}.")
    return recorded


def _find(*candidates: Path) -> Path:
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise ResourceError(f"{candidates[0]} is missing: {REMEDY}.")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
