"""How the hosts that documentation lives on answer, as far as it matters to a page that runs Python."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .server import Site

TEXT = frozenset({"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"})


@dataclass(frozen=True, kw_only=True)
class Host:
    """A kind of host."""

    name: str
    #: Where projects lie on it.
    prefix: str = "/"
    headers: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    compressed: frozenset[str] = frozenset()
    #: Obeys the site's `_headers` file.
    obeys: bool = False

    @contextmanager
    def serving(self, folder: Path) -> Iterator[Site]:
        """Serve `folder` until the end of the `with` block."""
        rules = headers_file(folder) if self.obeys else lambda _: {}
        site = Site(folder, self.headers, self.prefix, self.types, self.compressed, rules)
        yield site
        site.close()


#: Sends no header of the site's own choice, and compresses by media type.
PAGES = Host(
    name="GitHub Pages",
    prefix="/repo/",
    headers={"Cache-Control": "max-age=600", "Access-Control-Allow-Origin": "*"},
    compressed=TEXT | {"application/wasm"},
)
NETLIFY = Host(
    name="Netlify",
    headers={"Cache-Control": "public,max-age=0,must-revalidate"},
    compressed=TEXT | {"application/wasm"},
    obeys=True,
)
CLOUDFLARE = Host(
    name="Cloudflare Pages",
    headers={
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Access-Control-Allow-Origin": "*",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
    },
    compressed=TEXT,
    obeys=True,
)
READ_THE_DOCS = Host(
    name="Read the Docs",
    prefix="/en/latest/",
    headers={"Cache-Control": "max-age=1200", "X-Content-Type-Options": "nosniff"},
    compressed=TEXT,
)
#: A store of objects that keeps the types that an upload gave them, here none for what is not common.
S3 = Host(
    name="S3-like",
    headers={"X-Content-Type-Options": "nosniff"},
    types=dict.fromkeys((".mjs", ".wasm", ".zip", ".bin", ".json", ".svg", ".inv"), "binary/octet-stream"),
)
PLAIN_TEXT = Host(
    name="unknown types as text",
    headers={"X-Content-Type-Options": "nosniff"},
    types=dict.fromkeys((".mjs", ".wasm", ".zip", ".bin", ".json"), "text/plain"),
)
#: Debian's configuration: `mime.types` has no `.mjs`, and only HTML is compressed.
NGINX = Host(
    name="nginx",
    headers={"Cache-Control": "max-age=0"},
    types={".js": "application/javascript", ".mjs": "application/octet-stream"},
    compressed=frozenset({"text/html"}),
)
HOSTS = (PAGES, NETLIFY, CLOUDFLARE, READ_THE_DOCS, S3, PLAIN_TEXT, NGINX)


def headers_file(folder: Path) -> Callable[[str], dict[str, str]]:
    """What the `_headers` file of a site says of its paths, as Netlify and Cloudflare Pages read it.

    All rules that match count; where two have the same header, the one for fewer paths is the later.
    """
    rules: list[tuple[str, dict[str, str]]] = []
    for line in (folder / "_headers").read_text("utf-8").splitlines():
        if line.startswith("/"):
            rules.append((line.strip(), {}))
        elif match := re.fullmatch(r"\s+([\w-]+):\s*(.+)", line):
            rules[-1][1][match[1]] = match[2]
        else:
            assert not line.strip() or line.startswith("#"), line

    def headers(name: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for pattern, values in rules:
            if fnmatch.fnmatchcase(f"/{name}", pattern):
                found |= values
        return found

    return headers


@contextmanager
def python_http_server(folder: Path) -> Iterator[str]:
    """`python -m http.server` in `folder`; gives its URL."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        match = re.search(r"(http\S+)\)", server.stdout.readline())
        assert match
        yield match[1]
        server.terminate()
