"""Runs inside the bundled interpreter: compile an archive, with the arguments on standard input."""

from __future__ import annotations

import json
import sys

from compiling import compile_archive  # type: ignore[import-not-found]

compile_archive(**json.load(sys.stdin))
