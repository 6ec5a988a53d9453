"""Runs in the bundled interpreter: what Python's own doctest says of the examples in ``given.json``.

Given: the flags, and groups of blocks that share a namespace. A group with a name is the docstring of the
object of that name, and judged as ``python -m doctest`` judges it; otherwise each of its blocks is a test of
its own, as in ``sphinx.ext.doctest``. Printed, in a line of its own: of each group, the source and verdict of
each example. An example that is skipped has no verdict.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

Verdicts = list[tuple[str, bool]]


class Runner(doctest.DocTestRunner):
    """Notes which examples fail, and says nothing."""

    def judge(self, test: doctest.DocTest, **options: Any) -> Verdicts:
        """The source and verdict of each example that is not skipped."""
        self._failed: set[int] = set()
        self.run(test, out=lambda _text: None, **options)
        return [
            (example.source, id(example) not in self._failed)
            for example in test.examples
            if not example.options.get(doctest.SKIP, self.optionflags & doctest.SKIP)
        ]

    def report_start(self, *_: Any) -> None:
        """Nothing."""

    def report_success(self, *_: Any) -> None:
        """Nothing."""

    def report_failure(self, _out: Any, _test: Any, example: doctest.Example, _got: Any) -> None:
        """Note it."""
        self._failed.add(id(example))

    def report_unexpected_exception(
        self, _out: Any, _test: Any, example: doctest.Example, _raised: Any
    ) -> None:
        """Note it."""
        self._failed.add(id(example))


@lru_cache
def tests_of(module: str) -> dict[str, doctest.DocTest]:
    """What doctest finds in a module, by the names of the objects."""
    imported = importlib.import_module(module)
    return {test.name: test for test in doctest.DocTestFinder().find(imported, module)}


def of_docstring(group: dict[str, Any], runner: Runner) -> Verdicts | None:
    """The verdicts on a docstring; None where doctest does not find it."""
    with contextlib.suppress(ImportError, ValueError):
        if test := tests_of(group["module"]).get(group["name"]):
            options = {
                example.source: dict(flags)
                for _, source, flags in group["blocks"]
                for example in doctest.DocTestParser().get_examples(source)
            }
            for example in test.examples:
                example.options = options.get(example.source, {}) | example.options
            test.globs = test.globs.copy()
            for setup, *_ in group["blocks"]:
                exec(setup, test.globs)
            return runner.judge(test)
    return None


def of_blocks(group: dict[str, Any], runner: Runner) -> Verdicts:
    """The verdicts on blocks; of a malformed one there are none. None passes without its module."""
    namespace: dict[str, Any] = {"__name__": "__main__"} if group["module"] == "__main__" else {}
    found: Verdicts = []
    missing = False
    if group["name"]:
        try:
            namespace = vars(importlib.import_module(group["module"])).copy()
        except ImportError:
            missing = True
    for setup, source, flags in group["blocks"]:
        with contextlib.suppress(ImportError):
            exec(setup, namespace)
        with contextlib.suppress(ValueError):
            test = doctest.DocTestParser().get_doctest(source, {}, "block", None, 0)
            for example in test.examples:
                example.options = dict(flags) | example.options
            test.globs = namespace
            judged = runner.judge(test, clear_globs=False)
            found += [(source, passed and not missing) for source, passed in judged]
    return found


def main() -> None:
    given = json.loads(Path("given.json").read_text("utf-8"))
    verdicts = []
    for group in given["groups"]:
        runner = Runner(verbose=False, optionflags=given["flags"])
        found = of_docstring(group, runner) if group["name"] else None
        verdicts.append(of_blocks(group, runner) if found is None else found)
    print("\n" + json.dumps(verdicts))


main()
