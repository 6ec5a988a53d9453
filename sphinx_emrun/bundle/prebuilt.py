"""What is the same for every site, made when sphinx-emrun itself is built: an entry that `Cache` finds.

``python -m sphinx_emrun.bundle.prebuilt``, which ``hatch_build.py`` runs, makes that of the present sources.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.interpreter import find_interpreter
from sphinx_emrun.bundle.progress import unseen
from sphinx_emrun.bundle.stdlib import standard_library


def prebuild(folder: Path) -> None:
    """Leave the trimmed standard library of the present sources, and nothing else, in `folder`."""
    with tempfile.TemporaryDirectory(prefix="sphinx-emrun-") as name:
        interpreter = find_interpreter(Cache(Path(name)))
        entry = standard_library("trimmed", interpreter, cache=Cache(folder), progress=unseen).image.parent
    for other in set(folder.glob("*/*")) - {entry}:
        shutil.rmtree(other)
    (folder / "CACHEDIR.TAG").unlink(missing_ok=True)  # what ships is no cache


if __name__ == "__main__":
    prebuild(resources.prebuilt_dir())
