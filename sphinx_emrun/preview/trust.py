"""Whom the server answers: requests for names that are this machine's, as ASGI middleware.

A page of another site can let its own name point to this machine ("DNS rebinding"), and then reads what the
server gives. The ``Host`` header tells it: it carries that name. A WebSocket is open to every page, but for
its ``Origin`` (RFC 6455, section 10.2).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

#: Names that browsers themselves resolve to this machine.
OWN = frozenset({"localhost", "127.0.0.1", "::1"})


class TrustedHosts:
    """Refuses requests for other names than this machine's, and WebSockets of other sites' pages.

    :param host: the name or address that the server listens on.
    :param allowed: further names, as those of a proxy before it.
    """

    def __init__(self, app: ASGIApp, host: str, allowed: Iterable[str]) -> None:
        self.app = app
        self._allowed = {name.lower() for name in allowed}
        self._names = OWN | self._allowed | {host.lower()}
        self._any_address = _is_unspecified(host)
        if self._any_address:
            self._names |= {socket.gethostname().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._is_trusted(host) and self._is_own_origin(headers.get("origin"), host, scope["type"]):
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        text = f"This server does not answer for {host!r}: start it with --allow-host NAME if it should.\n"
        return await PlainTextResponse(text, 403)(scope, receive, send)

    def _is_trusted(self, host: str) -> bool:
        name = _name(host)
        # Nobody's name server has a say in what an address means.
        return name in self._names or (self._any_address and _is_address(name))

    def _is_own_origin(self, origin: str | None, host: str, kind: str) -> bool:
        """Whether a page of this server opens a WebSocket, or no page at all."""
        if kind != "websocket" or origin is None:
            return True
        place = urlsplit(origin).netloc
        return place == host or _name(place) in self._allowed


def _name(place: str) -> str:
    """The host of ``host:port``, without the brackets of an address of IPv6; empty where it is none."""
    try:
        return (urlsplit(f"//{place}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_unspecified(host: str) -> bool:
    """Whether it means all addresses of this machine."""
    return host == "" or (_is_address(host) and ipaddress.ip_address(host).is_unspecified)
