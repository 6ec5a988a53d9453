"""The pages: as many examples as wanted, of the kind that documentation has, from the standard library."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONF = """
extensions = ["sphinx.ext.doctest", "sphinx_emrun"]
emrun_project = None
emrun_doctest_blocks = "all"
"""
EXAMPLES = (
    """
    >>> from collections import Counter, namedtuple
    >>> Counter("abracadabra").most_common(2)
    [('a', 5), ('b', 2)]
    >>> Point = namedtuple("Point", "x y")
    >>> Point(1, y=2)
    Point(x=1, y=2)
    """,
    """
    >>> import json
    >>> json.loads('{"name": "Ada", "age": 36}')["age"]
    36
    >>> print(json.dumps({"b": [1, 2], "a": None}, sort_keys=True, indent=1))
    {
     "a": null,
     "b": [
      1,
      2
     ]
    }
    """,
    """
    >>> from dataclasses import dataclass, replace
    >>> @dataclass
    ... class Task:
    ...     name: str
    ...     minutes: int = 5
    ...
    >>> replace(Task("knead"), minutes=10)
    Task(name='knead', minutes=10)
    >>> Task()
    Traceback (most recent call last):
        ...
    TypeError: Task.__init__() missing 1 required positional argument: 'name'
    """,
    """
    >>> import re
    >>> re.sub(r"(\\w+)@(\\w+)", r"\\2 at \\1", "ada@example")
    'example at ada'
    >>> [match[0] for match in re.finditer("[0-9]+", "1, 22 and 333")]
    ['1', '22', '333']
    """,
    """
    >>> from datetime import date, timedelta
    >>> date(2026, 2, 28) + timedelta(days=1)
    datetime.date(2026, 3, 1)
    >>> sum(n * n for n in range(1000))
    332833500
    """,
)


def write(folder: Path, blocks: int, pages: int) -> None:
    """Write a site's sources."""
    folder.mkdir(parents=True)
    (folder / "conf.py").write_text(CONF)
    (folder / "index.rst").write_text("Examples\n========\n\n.. toctree::\n   :glob:\n\n   page*\n")
    for page in range(pages):
        count = len(range(page, blocks, pages))
        body = "".join(islice(cycle(EXAMPLES), count))
        (folder / f"page{page}.rst").write_text(f"Page {page}\n=========\n\n{_dedented(body)}")


def _dedented(body: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in body.splitlines()) + "\n"
