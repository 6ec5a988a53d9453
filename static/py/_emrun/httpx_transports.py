"""httpx and httpx2 by the browser's own requests, as urllib3 makes them, in the place of their sockets.

A request is synchronous, the asynchronous transport's too, for a program owns its thread here; its answer is
there once all of it has come. The browser's rules hold (CORS, the page's policy), and its habits: it follows
redirects, decompresses, and sets some headers itself.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import spec_from_loader
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from importlib.machinery import ModuleSpec

#: The modules that the packages take their transports from. In a browser httpx2 has a package for it, whose
#: asynchronous requests wait for JavaScript's event loop, which does not turn while a program runs.
_MODULES = {"httpx._transports.default": "httpx", "httpx2_jsfetch": "httpx2"}
#: What the browser sets itself (https://fetch.spec.whatwg.org/#forbidden-request-header), and the program's
#: name, for which it would first ask another site's leave.
_LEFT_OUT = {"accept-encoding", "connection", "content-length", "cookie", "host", "transfer-encoding"}
_LEFT_OUT |= {"user-agent"}


class _Body:
    """An answer's content, in one piece."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


class _Transport:
    """Both kinds; ``package`` is the one that it belongs to."""

    package: str

    def __init__(self, *_: object, **__: object) -> None:
        """Certificates, proxies and connections are the browser's matter."""

    def handle_request(self, request: Any) -> Any:
        return self._answer(request, b"".join(request.stream))

    async def handle_async_request(self, request: Any) -> Any:
        return self._answer(request, b"".join([part async for part in request.stream]))

    def _answer(self, request: Any, content: bytes) -> Any:
        import js  # what a snapshot must not hold
        from pyodide.ffi import JsException, to_js

        httpx: Any = sys.modules[self.package]
        if request.url.scheme not in {"http", "https"}:
            raise httpx.UnsupportedProtocol("Request URL is missing an 'http://' or 'https://' protocol.")
        if not hasattr(js, "XMLHttpRequest"):
            raise httpx.ConnectError("There is no network here")
        exchange = js.XMLHttpRequest.new()
        try:
            exchange.open(request.method, str(request.url), False)  # and wait for it
            exchange.responseType = "arraybuffer"
            exchange.timeout = _milliseconds(**request.extensions.get("timeout", {}))
            for name, value in request.headers.multi_items():
                if name not in _LEFT_OUT:
                    exchange.setRequestHeader(name, value)
            exchange.send(to_js(content) if content else None)
        except JsException as error:
            kind = httpx.ReadTimeout if error.name == "TimeoutError" else httpx.ConnectError
            raise kind(error.message) from None
        body = type("Body", (_Body, httpx.SyncByteStream, httpx.AsyncByteStream), {})
        headers = _headers(exchange.getAllResponseHeaders())
        return httpx.Response(exchange.status, headers=headers, stream=body(exchange.response.to_bytes()))


def _milliseconds(connect: float | None = None, read: float | None = None, **_: object) -> int:
    """How long all of it may take, where connecting, and each part of an answer, has a limit; 0: for ever."""
    return 0 if connect is None or read is None else max(1, int(1000 * (connect + read)))


def _headers(lines: str) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, as they are true of its content: it has been decompressed."""
    pairs = [line.encode("latin-1").partition(b": ")[::2] for line in lines.split("\r\n") if line]
    if b"content-encoding" not in {name.lower() for name, _ in pairs}:
        return pairs
    return [pair for pair in pairs if pair[0].lower() not in {b"content-encoding", b"content-length"}]


class _Finder:
    """Finds and makes the modules (PEP 451)."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name in _MODULES else None  # type: ignore[arg-type]

    def create_module(self, _spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        package = _MODULES[module.__name__]
        base = import_module(f"{package}._transports.base")
        own = {"__module__": package, "package": package}
        module.HTTPTransport = type("HTTPTransport", (_Transport, base.BaseTransport), own)
        module.AsyncHTTPTransport = type("AsyncHTTPTransport", (_Transport, base.AsyncBaseTransport), own)
        module.JavascriptFetchTransport = module.HTTPTransport
        module.AsyncJavascriptFetchTransport = module.AsyncHTTPTransport


_finder = _Finder()


def install() -> None:
    """Before any of the packages is imported, where one is there."""
    there = any(os.path.isdir(f"{folder}/{name}") for folder in sys.path for name in _MODULES.values())
    if there:
        sys.meta_path.insert(0, _finder)
