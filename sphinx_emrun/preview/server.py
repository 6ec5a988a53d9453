"""The preview server: sphinx-autobuild's parts put together with ours. Nothing else imports those."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from sphinx_autobuild.build import Builder
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from sphinx_emrun.preview.headers import IsolationHeaders
from sphinx_emrun.preview.rebuild import Rebuilder, Unimportant
from sphinx_emrun.preview.site import SiteFiles
from sphinx_emrun.preview.trust import TrustedHosts
from sphinx_emrun.preview.watch import REPORT, inputs_in, watched_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinx_autobuild.server import RebuildServer
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
    allowed: tuple[str, ...] = ()
    """Further host names to answer for."""

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


def site_app(folder: Path, place: Place) -> Starlette:
    """The files of ``folder``, below the place's prefix."""
    return Starlette(routes=_files(folder, place), middleware=_middleware(place))


def preview_app(folder: Path, place: Place, rebuilder: RebuildServer) -> Starlette:
    """As ``site_app``, with pages that reload themselves when ``rebuilder`` has rebuilt the site."""
    reload_path = f"{place.prefix}{RELOAD_PATH}"
    return Starlette(
        routes=[WebSocketRoute(reload_path, rebuilder), *_files(folder, place)],
        middleware=[*_middleware(place), Middleware(ReloadScript, path=reload_path)],
        lifespan=rebuilder.lifespan,
    )


def serve(folder: Path, place: Place, *, started: Callable[[str], None], open_browser: bool = False) -> None:
    """Serve the built site in ``folder`` until interrupted; ``started`` is called with its URL."""
    listener, address = place.listen()
    _run(site_app(folder, place), listener, f"http://{address}", started, open_browser)


def preview(
    source: Path,
    out: Path,
    place: Place,
    *,
    options: Sequence[str] = (),
    outputs: Sequence[Path] = (),
    started: Callable[[str], None],
    open_browser: bool = False,
) -> None:
    """Build ``source`` into ``out``, serve that, and build again whenever something of it changes.

    :param options: for ``sphinx-build``.
    :param outputs: what these let it write besides, which calls for no build.
    """
    listener, address = place.listen()
    out.mkdir(parents=True, exist_ok=True)
    build = Builder(  # type: ignore[no-untyped-call]  # unannotated upstream
        [*options, str(source), str(out)], url_host=address, pre_build_commands=[], post_build_commands=[]
    )
    with tempfile.TemporaryDirectory(prefix="sphinx-emrun-") as folder:
        report = Path(folder, "inputs.json")
        os.environ[REPORT] = str(report)  # for the builds
        rebuilder = Rebuilder(
            lambda: watched_for(source, inputs_in(report)), Unimportant(out, *outputs), build
        )
        rebuilder.build()
        _run(preview_app(out, place, rebuilder), listener, f"http://{address}", started, open_browser)


def _files(folder: Path, place: Place) -> list[BaseRoute]:
    # Without the headers it is GitHub Pages that is imitated.
    site = Mount(place.prefix, app=SiteFiles(directory=folder, compress=not place.isolated))
    return [site] if place.prefix == "/" else [site, Route("/{path:path}", _elsewhere(place.prefix))]


def _elsewhere(prefix: str) -> Callable[[Request], Response]:
    """What is said outside the site, which is below ``prefix``."""

    def respond(request: Request) -> Response:
        if request.url.path + "/" == prefix:
            return RedirectResponse(prefix)
        text = (
            f'<!doctype html><title>Not here</title><p>The site is at <a href="{prefix}">{prefix}</a>.</p>\n'
        )
        return HTMLResponse(text, 404)

    return respond


def _middleware(place: Place) -> list[Middleware]:
    trust = Middleware(TrustedHosts, host=place.host, allowed=place.allowed)
    return [trust, Middleware(IsolationHeaders)] if place.isolated else [trust]


def _run(
    app: Starlette, listener: socket.socket, url: str, started: Callable[[str], None], open_browser: bool
) -> None:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    started(url)
    if open_browser:
        webbrowser.open(url)  # the socket listens already: the browser's request waits for the server
    server.run(sockets=[listener])
