"""The part of the preview that watches: one build for each edit, and none for what the build writes."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.server import RebuildServer

from sphinx_emrun.preview.changes import Changes, changed_since
from sphinx_emrun.preview.watch import NOISE, Watched, git_ignores, git_works_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: Seconds without a further change before a build begins: an edit may come as more than one.
SETTLED = 0.1
#: Seconds for which a build waits for git at the most: it may have left its lock behind.
PATIENCE = 5.0


class Unimportant(IgnoreFilter):
    """Tells the files that call for no build: the site, what tools leave, our output, what git ignores."""

    def __init__(self, *outputs: Path) -> None:
        super().__init__(outputs, NOISE)  # type: ignore[no-untyped-call]  # unannotated upstream

    def __call__(self, filename: str, /) -> bool:
        return super().__call__(filename) or _is_our_output(filename) or git_ignores(Path(filename))


def _is_our_output(filename: str) -> bool:
    """Whether this process writes to the file: ``preview docs > preview.log``."""
    try:
        status = Path(filename).stat()
    except OSError:
        return False
    return any(os.path.samestat(status, os.fstat(stream)) for stream in (1, 2) if _is_open(stream))


def _is_open(stream: int) -> bool:
    try:
        os.fstat(stream)
    except OSError:
        return False
    return True


class Rebuilder(RebuildServer):
    """sphinx-autobuild's watcher, which builds once an edit and follows all that the build was made from.

    :param watched: asked before the first build and after each.
    """

    def __init__(
        self, watched: Callable[[], Watched], ignored: IgnoreFilter, rebuild: Callable[..., None]
    ) -> None:
        super().__init__([], ignored, change_callback=rebuild)
        self._watched = watched
        self._rebuild = rebuild
        self._changes = Changes()
        self._pending: set[Path] = set()
        self._something = asyncio.Event()
        self._followed: set[tuple[Path, bool]] = set()

    def build(self, changed: Sequence[Path] = ()) -> None:
        """Build the site."""
        began = time.time()
        self._rebuild(changed_paths=changed)
        self._changes.built(began, time.time())
        if not changed:  # nothing is followed yet: what has changed is what the build writes
            written = changed_since(self._watched().trees, began)
            self._changes.edits(path for path in written if not self.ignore(str(path)))

    async def watch(self) -> None:
        async with asyncio.TaskGroup() as followers:
            while True:
                self._follow_all(followers)
                await self._something.wait()
                await self._settled()
                pending, self._pending = self._pending, set()
                changed = self._changes.edits(pending)
                if changed:
                    await asyncio.to_thread(self.build, changed)
                    self.flag.set()  # wakes the pages that are open now;
                    self.flag.clear()  # one that is opened later is new already

    async def _settled(self) -> None:
        """Wait until nothing has changed for a while, and git is not at work."""
        waited = 0.0
        while self._something.is_set() or (waited < PATIENCE and self._git_works()):
            self._something.clear()
            await asyncio.sleep(SETTLED)
            waited += SETTLED

    def _git_works(self) -> bool:
        return any(git_works_on(path.parent) for path in self._pending)

    def _follow_all(self, followers: asyncio.TaskGroup) -> None:
        """Follow what is not followed yet."""
        watched = self._watched()
        wanted = {
            *((tree, True) for tree in watched.trees),
            *((folder, False) for folder in watched.nearby()),
        }
        for recursive in (True, False):
            paths = [path for path, deep in wanted - self._followed if deep is recursive]
            if paths:
                followers.create_task(self._follow(paths, recursive=recursive))
        self._followed |= wanted

    async def _follow(self, paths: Iterable[Path], *, recursive: bool) -> None:
        changes = watchfiles.awatch(
            *paths, recursive=recursive, watch_filter=lambda _, path: not self.ignore(path)
        )
        async for batch in changes:
            passed_by = {path for change, path in batch if change is watchfiles.Change.added}
            found = {Path(path) for _, path in batch if path not in passed_by or os.path.lexists(path)}
            watched = self._watched()
            self._pending |= {path for path in found if watched.holds(path)}
            if self._pending:
                self._something.set()
