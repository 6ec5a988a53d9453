"""The response headers that make a page cross-origin isolated, as ASGI middleware.

Browsers give a page shared memory, and with it an ``input()`` that waits and a Stop that works at once, only
when the page and all that it loads carry them (HTML standard, "cross-origin isolation").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ISOLATION_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_NAMES = frozenset(name for name, _ in ISOLATION_HEADERS)


class IsolationHeaders:
    """Sets the three headers on every response of ``app``: pages, scripts, redirects and errors alike."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_isolated(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [header for header in message.get("headers", ()) if header[0].lower() not in _NAMES]
                message = {**message, "headers": [*others, *ISOLATION_HEADERS]}
            await send(message)

        await self.app(scope, receive, send_isolated)
