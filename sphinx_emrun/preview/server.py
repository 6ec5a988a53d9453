"""The preview server: sphinx-autobuild's parts put together with ours. Nothing else imports those."""

from __future__ import annotations

import asyncio
import json
import socket
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
import watchfiles
from sphinx_autobuild.build import Builder
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute

from sphinx_emrun.preview.headers import IsolationHeaders
from sphinx_emrun.preview.site import SiteFiles
from sphinx_emrun.preview.watch import NOISE, Watched, git_ignores, watched_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp

RELOAD_PATH = "websocket-reload"


class ServerError(Exception):
    """The server cannot start; the message is one sentence for the person who started it."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where and how a site is served. ``prefix`` begins and ends with a slash; port 0 is a free one."""

    host: str = "127.0.0.1"
    port: int = 0
    prefix: str = "/"
    isolated: bool = True

    def listen(self) -> tuple[socket.socket, str]:
        """Open a listening socket; returns it and the site's address. Raises ServerError where it cannot."""
        try:
            family, *_, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            listener = socket.create_server(address[:2], family=family)
        except OSError as error:
            reason = str(error.strerror).partition(" (")[0]  # create_server says the address once more
            raise ServerError(f"Cannot listen on {self.host} port {self.port}: {reason}.") from error
        host = f"[{self.host}]" if family == socket.AF_INET6 else self.host
        return listener, f"{host}:{listener.getsockname()[1]}{self.prefix}"


class ReloadScript(JavascriptInjectorMiddleware):
    """Adds the reloading script to every page; it asks the host that the page came from."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        super().__init__(app, ws_url="")
        address = f'location.origin.replace(/^http/, "ws") + {json.dumps(path)}'
        self.script = (
            f"<script>new WebSocket({address}).onmessage = () => location.reload();</script>\n".encode()
        )


class Unimportant(IgnoreFilter):
    """Tells the files that call for no rebuild: the site itself, what tools leave, what git ignores."""

    def __init__(self, site: Path) -> None:
        super().__init__([site], NOISE)  # type: ignore[no-untyped-call]  # unannotated upstream

    def __call__(self, filename: str, /) -> bool:
        return super().__call__(filename) or git_ignores(Path(filename))


class Rebuilder(RebuildServer):
    """sphinx-autobuild's watcher, which can besides see the files of one folder without what is below it."""

    def __init__(self, watched: Watched, ignored: IgnoreFilter, rebuild: Callable[..., None]) -> None:
        super().__init__([*watched.trees], ignored, change_callback=rebuild)
        self.folder = watched.folder
        self._rebuild = rebuild
        self._building = asyncio.Lock()

    async def watch(self) -> None:
        watches = [self._follow(self.paths, recursive=True)]
        if self.folder is not None:
            watches.append(self._follow([self.folder], recursive=False))
        await asyncio.gather(*watches)

    async def _follow(self, paths: Sequence[Path], *, recursive: bool) -> None:
        changes = watchfiles.awatch(
            *paths, recursive=recursive, watch_filter=lambda _, path: not self.ignore(path)
        )
        async for batch in changes:
            async with self._building:  # one build at a time: both would write the same files
                changed = sorted(Path(path) for _, path in batch)
                await asyncio.to_thread(self._rebuild, changed_paths=changed)
            self.flag.set()  # wakes the pages that are open now;
            self.flag.clear()  # one that is opened later is new already


def site_app(folder: Path, place: Place) -> Starlette:
    """The files of ``folder``, below the place's prefix."""
    return Starlette(routes=[_files(folder, place)], middleware=_isolation(place))


def preview_app(folder: Path, place: Place, rebuilder: RebuildServer) -> Starlette:
    """As ``site_app``, with pages that reload themselves when ``rebuilder`` has rebuilt the site."""
    reload_path = f"{place.prefix}{RELOAD_PATH}"
    return Starlette(
        routes=[WebSocketRoute(reload_path, rebuilder), _files(folder, place)],
        middleware=[*_isolation(place), Middleware(ReloadScript, path=reload_path)],
        lifespan=rebuilder.lifespan,
    )


def serve(folder: Path, place: Place, *, started: Callable[[str], None], open_browser: bool = False) -> None:
    """Serve the built site in ``folder`` until interrupted; ``started`` is called with its URL."""
    listener, address = place.listen()
    _run(site_app(folder, place), listener, f"http://{address}", started, open_browser)


def preview(
    source: Path, out: Path, place: Place, *, started: Callable[[str], None], open_browser: bool = False
) -> None:
    """Build ``source`` into ``out``, serve that, and build again whenever a source changes."""
    listener, address = place.listen()
    out.mkdir(parents=True, exist_ok=True)
    build_arguments = ["-b", "html", str(source), str(out)]
    build = Builder(  # type: ignore[no-untyped-call]  # unannotated upstream
        build_arguments, url_host=address, pre_build_commands=[], post_build_commands=[]
    )
    build(changed_paths=())
    rebuilder = Rebuilder(watched_for(source), Unimportant(out), build)
    _run(preview_app(out, place, rebuilder), listener, f"http://{address}", started, open_browser)


def _files(folder: Path, place: Place) -> Mount:
    # Without the headers it is GitHub Pages that is imitated.
    return Mount(place.prefix, app=SiteFiles(directory=folder, compress=not place.isolated))


def _isolation(place: Place) -> list[Middleware]:
    return [Middleware(IsolationHeaders)] if place.isolated else []


def _run(
    app: Starlette, listener: socket.socket, url: str, started: Callable[[str], None], open_browser: bool
) -> None:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    started(url)
    if open_browser:
        webbrowser.open(url)  # the socket listens already: the browser's request waits for the server
    server.run(sockets=[listener])
