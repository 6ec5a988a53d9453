"""What is the same for every site, made when sphinx-emrun itself is built: an entry that `Cache` finds.

``python -m sphinx_emrun.bundle.prebuilt``, which ``hatch_build.py`` runs, makes that of the present sources.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sphinx_emrun import resources
from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.interpreter import find_interpreter
from sphinx_emrun.bundle.stdlib import standard_library


def prebuild(folder: Path) -> None:
    """Leave the trimmed standard library of the present sources, and nothing else, in `folder`."""
    with tempfile.TemporaryDirectory(prefix="sphinx-emrun-") as name:
        cache = Cache(Path(name))
        library = standard_library("trimmed", find_interpreter(cache), cache=cache, progress=_unseen)
        entry = library.image.parent
        # One that is in use already lies in the folder itself.
        target = folder / entry.parent.name / entry.name
        if not target.is_dir():
            shutil.copytree(entry, target)
    for other in set(folder.glob("*/*")) - {target}:
        shutil.rmtree(other)


@contextlib.contextmanager
def _unseen(_step: str) -> Iterator[None]:
    yield


if __name__ == "__main__":
    prebuild(resources.prebuilt_dir())
