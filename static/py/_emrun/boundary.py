"""The line between the session's own code and the programs that run in the same process.

A program may change what both use: the built-in functions, `sys`, the modules that are imported, tracing, the
recursion limit. What the session needs is in its place while the session runs; a program finds what the one
before it has left.
"""

from __future__ import annotations

import builtins
import contextlib
import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from . import streams

if TYPE_CHECKING:
    from collections.abc import Callable

#: Of `sys`, what the session takes as a program has left it.
_THEIRS = re.compile("(__)?(std|ps[12]|last_|.*hook$)")
#: Of `sys`, what a program may change where it is.
_LISTS = ("path", "meta_path", "path_hooks", "path_importer_cache")
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
        own_sys = {name: value for name, value in _sys.items() if not _THEIRS.match(name)}
        own_sys |= {name: own_sys[name].copy() for name in _LISTS}
        names_of_others = sys.modules.keys() - {"__main__", "builtins", "sys"}
        own_modules = {name: sys.modules[name] for name in names_of_others}
        #: What programs share with the session: what it is in, the session's values, and the programs'.
        self._shared = [
            (names, own, {name: names[name] for name in own})
            for names, own in ((_builtins, _builtins.copy()), (_sys, own_sys), (sys.modules, own_modules))
        ]
        self._modules = sys.modules
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
            for names, own, theirs in self._shared:
                theirs.clear()
                theirs |= {name: names[name] for name in own if name in names}
                names |= own
            # C counts on these, too.
            self._modules |= {"builtins": builtins, "sys": sys}
            self._their_hooks = [partial(_set_trace, trace), partial(_set_profile, profile)]
            self._stop_monitoring()
        streams.mend()

    def leave(self) -> None:
        """A program runs."""
        if not self._inside:
            return
        self._inside = False
        for names, own, theirs in reversed(self._shared):
            for name in own:
                if name not in theirs:
                    del names[name]
            names |= theirs
        if _builtins.get("input") is self._offered:
            builtins.input = self._offered = self.input
        if self._their_limit != self._limit:
            with contextlib.suppress(RecursionError):  # it is lower than what is on the stack
                _set_limit(self._their_limit)
        for restore in self._their_hooks:
            restore()

    def _stop_monitoring(self) -> None:
        for tool in range(_TOOLS):
            if _monitoring.get_tool(tool) is not None and (events := _monitoring.get_events(tool)):
                _monitoring.set_events(tool, 0)
                self._their_hooks.append(partial(_monitoring.set_events, tool, events))
