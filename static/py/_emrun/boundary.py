"""The line between the session's own code and the programs that run in the same process.

A program may change what both use: the built-in functions, where imports look, tracing, the recursion
limit. What the session needs is in its place while the session runs; a program finds what the one before it
has left.
"""

from __future__ import annotations

import builtins
import copy
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from . import streams

if TYPE_CHECKING:
    from collections.abc import Callable

#: Where imports look; the session imports some of its modules late.
_IMPORTS = ("path", "meta_path", "path_hooks", "path_importer_cache")
#: How many tools `sys.monitoring` knows.
_TOOLS = 6
# Nothing here is looked up where a program may have changed it.
_builtins, _sys = vars(builtins), vars(sys)
_get_limit, _set_limit = sys.getrecursionlimit, sys.setrecursionlimit
_get_trace, _set_trace = sys.gettrace, sys.settrace
_get_profile, _set_profile = sys.getprofile, sys.setprofile
_monitoring: Any = sys.monitoring  # type: ignore[attr-defined]


class Boundary:
    """Crossed by `leave` before a program runs, and by `enter` after it."""

    def __init__(self) -> None:
        self._inside = True
        self._limit = self._their_limit = _get_limit()
        self._own_builtins = _builtins.copy()
        self._own_imports = {name: copy.copy(_sys[name]) for name in _IMPORTS}
        self._their_builtins = self._own_builtins
        self._their_imports = {name: _sys[name] for name in _IMPORTS}
        self._their_hooks: list[Callable[[], object]] = []
        #: What the next program finds as the built-in `input`, unless one has put its own there.
        self.input = self._offered = builtins.input

    def enter(self) -> None:
        """The session runs."""
        limit = _get_limit()
        _set_limit(self._limit)
        trace, profile = _get_trace(), _get_profile()
        _set_trace(None)
        _set_profile(None)
        if not self._inside:
            self._inside, self._their_limit = True, limit
            self._their_builtins = _taken(_builtins, self._own_builtins)
            self._their_imports = _taken(_sys, self._own_imports)
            self._their_hooks = [partial(_set_trace, trace), partial(_set_profile, profile)]
            self._stop_monitoring()
        streams.mend()

    def leave(self) -> None:
        """A program runs."""
        if not self._inside:
            return
        self._inside = False
        _give_back(_sys, self._own_imports, self._their_imports)
        _give_back(_builtins, self._own_builtins, self._their_builtins)
        if _builtins.get("input") is self._offered:
            builtins.input = self._offered = self.input
        if self._their_limit != self._limit:
            _set_limit(self._their_limit)
        for restore in self._their_hooks:
            restore()

    def _stop_monitoring(self) -> None:
        for tool in range(_TOOLS):
            if _monitoring.get_tool(tool) is not None and (events := _monitoring.get_events(tool)):
                _monitoring.set_events(tool, 0)
                self._their_hooks.append(partial(_monitoring.set_events, tool, events))


def _taken(names: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Give `names` its values of `own`; gives those that were there instead."""
    theirs = {name: names[name] for name in own if name in names}
    names.update(own)
    return theirs


def _give_back(names: dict[str, Any], own: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Undo `_taken`."""
    for name in own:
        if name not in theirs:
            del names[name]
    names.update(theirs)
