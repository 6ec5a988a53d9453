"""``python -m sphinx_emrun``: the same as the ``sphinx-emrun`` command."""

import sys

from sphinx_emrun.cli import main

if __name__ == "__main__":
    sys.exit(main())
