"""A file server that compresses and caches as GitHub Pages does, and counts what it sends."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

#: Pages are cross-origin isolated; a service of its own adds these to what GitHub Pages sends.
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MAX_AGE = "max-age=600"
TYPES = {".js": "application/javascript", ".mjs": "application/javascript", ".wasm": "application/wasm"}
COMPRESSED = {"application/javascript", "application/json", "application/wasm"}
#: Browsers ask for it when they like, so it is not counted.
ICON = "/favicon.ico"


@dataclass(frozen=True)
class Traffic:
    """What a server has answered: requests, and bytes of heads and bodies as sent."""

    requests: int = 0
    bytes: int = 0

    def __add__(self, other: Traffic) -> Traffic:
        return Traffic(self.requests + other.requests, self.bytes + other.bytes)


@dataclass(frozen=True, kw_only=True)
class Network:
    """What lies between the server and its readers."""

    #: For all connections together, in bits per second; 0: no limit.
    rate: float = 0
    #: From a request to the first byte of its answer, in seconds.
    delay: float = 0


class Line:
    """The way of all answers through a network."""

    SLICE = 1 << 14

    def __init__(self) -> None:
        self.network = Network()
        self._lock = threading.Lock()
        self._free = 0.0

    def send(self, answer: bytes, write: Callable[[bytes], object]) -> None:
        """Write an answer, as fast as the network takes it."""
        network = self.network
        if not network.rate:
            write(answer)
            return
        time.sleep(network.delay)
        for start in range(0, len(answer), self.SLICE):
            part = answer[start : start + self.SLICE]
            with self._lock:
                self._free = max(self._free, time.monotonic()) + 8 * len(part) / network.rate
                wait = self._free - time.monotonic()
            time.sleep(max(0, wait))
            write(part)


class File:
    """A file in memory, compressed beforehand: nothing but the browser works while the time runs."""

    def __init__(self, path: Path) -> None:
        guessed = mimetypes.guess_type(path.name)[0]
        self.type = TYPES.get(path.suffix) or guessed or "application/octet-stream"
        self.body = path.read_bytes()
        self.tag = f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'
        compressible = self.type.startswith("text/") or self.type in COMPRESSED
        self.compressed = gzip.compress(self.body, compresslevel=6, mtime=0) if compressible else None


class Server:
    """The files of a folder on a port of this machine, until ``close``."""

    def __init__(self, folder: Path, plain: tuple[str, ...] = ()) -> None:
        """Serve `folder`; paths that begin as one of `plain` are not isolated."""
        self.plain = plain
        paths = [path for path in folder.rglob("*") if path.is_file()]
        self._files = {f"/{path.relative_to(folder).as_posix()}": File(path) for path in paths}
        self.line = Line()
        self._traffic = Traffic()
        self._lock = threading.Lock()
        self._server = _Listener(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def file(self, path: str) -> File | None:
        """The file at a URL's path."""
        return self._files.get(f"{path}index.html" if path.endswith("/") else path)

    def count(self, traffic: Traffic) -> None:
        """Add to what is taken next."""
        with self._lock:
            self._traffic += traffic

    def take(self) -> Traffic:
        """What was sent since the last call."""
        with self._lock:
            taken, self._traffic = self._traffic, Traffic()
        return taken


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def _handler(site: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:  # the name is the library's
            path = unquote(urlsplit(self.path).path)
            isolation = {} if path.startswith(site.plain) else ISOLATION
            answer = _answer(site.file(path), self.headers.get, isolation)
            if path != ICON:
                site.count(Traffic(1, len(answer)))
            site.line.send(answer, self.wfile.write)

        def log_message(self, *_arguments: Any) -> None:
            pass

    return Handler


def _answer(file: File | None, request_header: Any, isolation: Mapping[str, str]) -> bytes:
    """A whole response."""
    if file is None:
        return _response(HTTPStatus.NOT_FOUND, {}, b"")
    headers = {"Cache-Control": MAX_AGE, "ETag": file.tag, **isolation}
    body = file.body
    if file.compressed is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request_header("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = file.compressed
    if request_header("If-None-Match") == file.tag:
        return _response(HTTPStatus.NOT_MODIFIED, headers, None)
    return _response(HTTPStatus.OK, {**headers, "Content-Type": file.type}, body)


def _response(status: HTTPStatus, headers: dict[str, str], body: bytes | None) -> bytes:
    """As RFC 9112 has it; a body of ``None`` is none at all, without a length."""
    length = {} if body is None else {"Content-Length": str(len(body))}
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in (headers | length).items()]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")
