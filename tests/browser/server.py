"""A file server as the tests want it: the host it imitates, its path, its broken files; it notes requests."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: What the project promises to work under; every response of a test's server carries it.
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"
STRICT = {"Content-Security-Policy": POLICY}
TYPES = {".js": "text/javascript", ".wasm": "application/wasm"}


class Damage(Enum):
    """What becomes of a file on its way."""

    CUT = auto()
    """Its second half is not there, and nobody says so."""
    ALTERED = auto()
    """One byte in the middle is another."""
    DIES = auto()
    """The connection breaks off in the middle."""
    STALLS = auto()
    """Nothing comes after the middle, until the connection is dropped."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def begin(self, status: int, headers: dict[str, str], length: int) -> None:
        """All of an answer but its body."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


@dataclass
class Site:
    """A folder, served."""

    folder: Path
    #: Every response carries them.
    headers: dict[str, str]
    #: The path below which the site lies, with slashes at both ends.
    prefix: str = "/"
    #: Media types by suffix, where the host has others than are right.
    types: dict[str, str] = field(default_factory=dict)
    #: Media types that the host compresses for browsers that take it.
    compressed: frozenset[str] = frozenset()
    #: Further headers of a path within the site.
    rules: Callable[[str], dict[str, str]] = lambda _: {}
    #: {path within the site: status}: answered with an error.
    broken: dict[str, int] = field(default_factory=dict)
    #: {end of a path: what happens to its next answers, one after the other}.
    damaged: dict[str, Iterator[Damage]] = field(default_factory=dict)
    #: Paths within the site, in order of their requests.
    requests: list[str] = field(default_factory=list)
    #: Answers nobody.
    gone: bool = False
    url: str = ""

    def __post_init__(self) -> None:
        self._dropped = threading.Event()
        self._stalled = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.prefix}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_until_stalled(self) -> None:
        """Until an answer stalls."""
        assert self._stalled.wait(timeout=60), "no answer stalls"

    def drop(self) -> None:
        """Break off the answers that stall."""
        self._dropped.set()
        self._dropped = threading.Event()
        self._stalled.clear()

    def close(self) -> None:
        """Answer no more."""
        self._dropped.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(_Handler):
            def do_GET(self) -> None:  # the name is the library's
                path = unquote(urlsplit(self.path).path)
                status, headers, body = site._answer(path, self.headers.get)
                if site.gone:
                    self.close_connection = True
                    return
                damage = next(site._damages(path), None) if status == 200 else None
                whole = len(body)
                if damage is Damage.ALTERED:
                    body = body[: whole // 2] + bytes([body[whole // 2] ^ 1]) + body[whole // 2 + 1 :]
                elif damage is not None:
                    body = body[: whole // 2]
                self.begin(status, headers, len(body) if damage is Damage.CUT else whole)
                with suppress(ConnectionError):  # the browser has lost interest
                    self.wfile.write(body)
                if damage is Damage.STALLS:
                    dropped = site._dropped
                    site._stalled.set()
                    dropped.wait()
                if damage in {Damage.STALLS, Damage.DIES}:
                    self.close_connection = True

            def do_POST(self) -> None:
                """What was sent comes back, with what a header said."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.begin(201, {**site.headers, "X-Seen": self.headers["X-A"]}, len(body))
                self.wfile.write(body)

        return Handler

    def _damages(self, path: str) -> Iterator[Damage]:
        return next((damages for end, damages in self.damaged.items() if path.endswith(end)), iter(()))

    def _answer(self, path: str, header: Callable[..., str]) -> tuple[int, dict[str, str], bytes]:
        name = path.removeprefix(self.prefix)
        if path.endswith("/"):
            name += "index.html"
        file = self.folder / name
        if path == "/favicon.ico" or name == "favicon.ico":
            return 204, {}, b""
        self.requests.append(name)
        plain = {**self.headers, "Content-Type": "text/plain"}
        if status := next((status for end, status in self.broken.items() if name.endswith(end)), None):
            return status, plain, b""
        if not path.startswith(self.prefix) or not file.is_file():
            return 404, plain, b""
        return self._file(file, name, header)

    def _file(self, file: Path, name: str, header: Callable[..., str]) -> tuple[int, dict[str, str], bytes]:
        kind = (TYPES | self.types).get(file.suffix) or mimetypes.guess_type(file.name)[0]
        headers = {**self.headers, "Content-Type": kind or "application/octet-stream", **self.rules(name)}
        content = _read(file)
        if "Cache-Control" in headers:
            headers["ETag"] = content.tag
            if header("If-None-Match") == content.tag:
                return 304, headers, b""
        if kind in self.compressed and "gzip" in header("Accept-Encoding", ""):
            return 200, {**headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}, content.zipped()
        return 200, headers, content.body


@dataclass(frozen=True)
class _Content:
    body: bytes
    tag: str

    def zipped(self) -> bytes:
        return _zipped(self.body)


@cache
def _zipped(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1, mtime=0)


def _read(file: Path) -> _Content:
    body = file.read_bytes()
    return _Content(body, f'"{hashlib.sha256(body).hexdigest()[:16]}"')
