"""A file server as the tests want it: its headers, its path, its broken files; it notes requests."""

from __future__ import annotations

import mimetypes
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"
STRICT = {"Content-Security-Policy": POLICY}
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}


@dataclass
class Site:
    """A folder, served."""

    folder: Path
    #: Every response carries them.
    headers: dict[str, str]
    #: The path below which the site lies, with slashes at both ends.
    prefix: str = "/"
    #: {path within the site: status}: answered with an error.
    broken: dict[str, int] = field(default_factory=dict)
    #: Paths within the site, in order of their requests.
    requests: list[str] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.prefix}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # the name is the library's
                status, body, content_type = site._answer(unquote(urlsplit(self.path).path))
                self.send_response(status)
                for name, value in site.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                pass

        return Handler

    def _answer(self, path: str) -> tuple[int, bytes, str]:
        name = path.removeprefix(self.prefix)
        file = self.folder / (name or "index.html")
        if path == "/favicon.ico" or name == "favicon.ico":
            return 204, b"", "image/x-icon"
        self.requests.append(name or "index.html")
        if status := next((status for end, status in self.broken.items() if name.endswith(end)), None):
            return status, b"", "text/plain"
        if not path.startswith(self.prefix) or not file.is_file():
            return 404, b"", "text/plain"
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return 200, file.read_bytes(), kind
