"""Which modules a program imports."""

from __future__ import annotations

import pytest

from sphinx_emrun.imports import imported


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import json", {"json"}),
        ("import a.b.c as d, e", {"a", "a.b", "a.b.c", "e"}),
        ("from a import b, c as d", {"a", "a.b", "a.c"}),
        ("from a.b import *", {"a", "a.b"}),
        ("from . import a\nfrom .a import b", set()),
        (
            "def f():\n    try:\n        import lazy\n    except ImportError:\n        import other",
            {"lazy", "other"},
        ),
        ("import asyncio\nawait asyncio.sleep(0)", {"asyncio"}),
        (">>> import json\n>>> json.dumps(1)\n'1'\n", {"json"}),
        ("import json\nthis is no Python", set()),
        ("x = 'import json'", set()),
        ("", set()),
    ],
)
def test_imported(code: str, modules: set[str]) -> None:
    assert imported(code) == modules
