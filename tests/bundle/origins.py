"""Runs inside the interpreter: prints where the modules it has imported came from, {name: path}."""

from __future__ import annotations

import json
import sys

PREFIX = "/lib/python314.zip/"
specs = {name: getattr(module, "__spec__", None) for name, module in sys.modules.items()}
origins = {name: getattr(spec, "origin", None) or "" for name, spec in specs.items()}
print(json.dumps({name: origin for name, origin in origins.items() if origin.startswith(PREFIX)}))
