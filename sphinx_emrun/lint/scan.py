"""Reads one program, or one module: what in it fails in a browser, and what it imports."""

from __future__ import annotations

import ast
import re
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sphinx_emrun.lines import python_lines
from sphinx_emrun.lint.conditions import truth
from sphinx_emrun.lint.names import Names, bindings
from sphinx_emrun.lint.rules import Catcher, Finding, describe_call, describe_import
from sphinx_emrun.lint.syntax import absolute, classes, expected_errors, leaves, mentioned, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx_emrun.lint.names import Binding
    from sphinx_emrun.lint.rules import Rules

IGNORE = re.compile(r"#\s*emrun:\s*ignore\b")
"""A statement with this comment on one of its lines is not warned of."""
_IMPORTERS = {"__import__", "importlib.import_module", "import_module"}


class Scan(NamedTuple):
    """What happens when code is run, as far as its text says."""

    findings: list[Finding]
    imports: set[str]
    """What it must import: modules, and names in them that may be modules."""
    mentioned: set[str]
    """The same for all imports, whenever they happen, if at all."""


def scan(source: str, rules: Rules, *, package: str = "", earlier: Iterable[Binding] = ()) -> Scan:
    """Read code; what no Python is has neither findings nor imports.

    :param package: what relative imports begin at.
    :param earlier: what names are bound to before it runs.
    """
    tree = parsed(source)
    reader = _Reader(source, tree, rules, package, earlier)
    named: set[str] = set()
    with suppress(RecursionError):  # what a machine has written may be nested more deeply than any tree
        named = mentioned(tree, package)
        reader.read()
    return Scan(reader.findings, reader.imports, named)


class _Reader:
    """Goes through a program as an interpreter would."""

    def __init__(
        self, source: str, tree: ast.Module, rules: Rules, package: str, earlier: Iterable[Binding]
    ) -> None:
        self.findings: list[Finding] = []
        self.imports: set[str] = set()
        self._source = source
        self._tree, self._rules, self._package, self._earlier = tree, rules, package, earlier
        self._catchers: list[Catcher] = []
        self._functions = 0

    def read(self) -> None:
        self._body(self._tree.body)

    @cached_property
    def _names(self) -> Names:
        return Names([*self._earlier, *bindings(self._tree)], self._rules.is_class)

    @cached_property
    def _is_limited(self) -> bool:
        """Whether a module is named at all of which some call fails: most programs name none."""
        before = (target for _, target in self._earlier if isinstance(target, str))
        words = re.findall(r"\w+", self._source)
        return not self._rules.limited.isdisjoint([*words, *(target.partition(".")[0] for target in before)])

    def _body(self, statements: list[ast.stmt]) -> bool:
        """Read statements up to the first that is the last to run; whether what follows them runs."""
        return all(self._statement(each) for each in statements)

    def _statement(self, node: ast.stmt) -> bool:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.If():
                return self._if(node)
            case ast.Try() | ast.TryStar():
                return self._try(node)
            case ast.With() | ast.AsyncWith():
                return self._with(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.ClassDef():
                self._expressions([*node.decorator_list, *node.bases])
                self._body(node.body)
            case ast.While() | ast.For() | ast.AsyncFor():
                self._loop(node)
            case ast.Match():
                self._expressions([node.subject])
            case ast.Assert() if truth(node.test, self._rules.known) is False:
                return False
            case _:
                self._expressions(ast.iter_child_nodes(node))
                return not (
                    leaves(node) or isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue)
                )
        return True

    def _if(self, node: ast.If) -> bool:
        self._expressions([node.test])
        taken = truth(node.test, self._rules.known)
        # What may not happen is not warned of.
        return True if taken is None else self._body(node.body if taken else node.orelse)

    def _try(self, node: ast.Try | ast.TryStar) -> bool:
        catcher = Catcher([name for handler in node.handlers for name in classes(handler.type)])
        known = len(self.findings)
        with self._within(catcher):
            goes_on = self._body(node.body)
        if not catcher.caught:
            if goes_on and len(self.findings) == known:
                goes_on = self._body(node.orelse)
        else:
            taken = [each for each in node.handlers if Catcher(classes(each.type)).catches(catcher.caught[0])]
            goes_on = self._body(taken[0].body)
        return self._body(node.finalbody) and goes_on

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        contexts = [item.context_expr for item in node.items]
        self._expressions(contexts)
        expected = [name for context in contexts for name in expected_errors(context)]
        with self._within(Catcher(expected)):
            return self._body(node.body) or bool(expected)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each]
        self._expressions([*node.decorator_list, *defaults])
        if self._rules.functions:
            self._functions += 1
            self._body(node.body)
            self._functions -= 1

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor) -> None:
        head = node.test if isinstance(node, ast.While) else node.iter
        self._expressions([head])
        if not isinstance(node, ast.While) or truth(head, self._rules.known) is not False:
            self._body(node.body)
        self._body(node.orelse)

    @contextmanager
    def _within(self, catcher: Catcher) -> Iterator[None]:
        self._catchers.append(catcher)
        yield
        self._catchers.pop()

    def _expressions(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self._expression(node)

    def _expression(self, node: ast.AST) -> None:
        match node:
            case ast.Lambda() | ast.GeneratorExp():
                return  # runs later, if at all
            case ast.BoolOp():
                needed = isinstance(node.op, ast.And)
                for each in node.values:
                    self._expression(each)
                    if truth(each, self._rules.known) is not needed:
                        return
                return
            case ast.IfExp():
                self._expression(node.test)
                taken = truth(node.test, self._rules.known)
                if taken is not None:
                    self._expression(node.body if taken else node.orelse)
                return
            case ast.Call():
                self._call(node)
            case ast.Attribute(ctx=ast.Load()) if self._is_limited and node.attr in self._rules.last_parts:
                name = self._names.dotted(node)
                failure = self._rules.absent(name) if name else None
                if name and failure:
                    self._fails(node, describe_call(name, failure), failure.exception)
        self._expressions(ast.iter_child_nodes(node))

    def _call(self, node: ast.Call) -> None:
        func = node.func
        last = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        if last in ("__import__", "import_module") and ast.unparse(func) in _IMPORTERS:
            match node.args:
                case [ast.Constant(value=str(name))] if not name.startswith("."):
                    self._module(name, node)
        elif self._is_limited and (last in self._rules.last_parts or self._rules.program):
            called = self._names.dotted(func)
            failure = self._rules.call(called) if called else None
            if called and failure and not self._rules.absent(called):  # which is seen where it is named
                self._fails(node, describe_call(called, failure), failure.exception)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._module(alias.name, node)
            return
        module = absolute(node, self._package)
        if not self._module(module, node):
            return
        for alias in node.names:
            failure = None if node.level or self._functions else self._rules.member(module, alias.name)
            if failure:
                self._fails(node, describe_import(f"{module}.{alias.name}", failure), "ImportError")
            elif alias.name != "*":
                self._must_import(f"{module}.{alias.name}")

    def _module(self, name: str, node: ast.stmt | ast.expr) -> bool:
        """Note an import; whether it works."""
        failure = self._rules.module(name)
        if failure and self._functions:
            pass  # whoever writes an import there means it to happen only when it is needed
        elif failure:
            self._fails(node, describe_import(name, failure), failure.exception)
        else:
            self._must_import(name)
        return not failure

    def _must_import(self, name: str) -> None:
        if not any(catcher.catches("ImportError") for catcher in self._catchers):
            self.imports.add(name)

    def _fails(self, node: ast.stmt | ast.expr, text: str, error: str) -> None:
        for catcher in reversed(self._catchers):
            if catcher.catches(error):
                catcher.caught.append(error)
                return
        lines = python_lines(self._source)[node.lineno - 1 : node.end_lineno]
        if not any(map(IGNORE.search, lines)):
            self.findings.append(Finding(node.lineno, text))
