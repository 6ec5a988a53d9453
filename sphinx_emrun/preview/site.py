"""A built site's files over HTTP, with the media types that browsers insist on, and never cached."""

from __future__ import annotations

import functools
import gzip
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    import os

    from starlette.types import Scope

# Said here because Python's ``mimetypes`` reads the machine's own tables, which lack some of these or have
# them wrong. Browsers take a module script only as JavaScript, and compile only ``application/wasm`` while it
# arrives.
MEDIA_TYPES = {
    ".bin": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
}
#: What GitHub Pages compresses: it goes by the type, so `.bin` and `.zip` travel as they are.
COMPRESSED = frozenset({".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".wasm", ".xml"})


class SiteFiles(StaticFiles):
    """Serves the folder ``directory``: ``index.html`` for a folder, ``404.html`` where there is one.

    With ``compress``, as GitHub Pages compresses: what is loaded is then what readers load.
    """

    def __init__(self, *, directory: str | os.PathLike[str], compress: bool = False) -> None:
        super().__init__(directory=directory, html=True)
        self._compress = compress

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if self._compress and isinstance(response, FileResponse) and _is_to_be_compressed(response, scope):
            response = _compressed(response)
        response.headers["cache-control"] = "no-store"  # a rebuilt page must be seen at the next reload
        return response

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        # What is hidden is no part of the site: Sphinx keeps its doctrees there.
        hidden = any(part.startswith(".") for part in PurePath(path).parts)
        return ("", None) if hidden else super().lookup_path(path)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        media_type = MEDIA_TYPES.get(PurePath(full_path).suffix.lower())
        if media_type is not None:
            response.headers["content-type"] = media_type
        return response


def _is_to_be_compressed(response: FileResponse, scope: Scope) -> bool:
    accepted = Headers(scope=scope).get("accept-encoding", "")
    return PurePath(response.path).suffix.lower() in COMPRESSED and "gzip" in accepted


def _compressed(response: FileResponse) -> Response:
    """The whole file, compressed."""
    headers = {"content-type": response.headers["content-type"], "content-encoding": "gzip"}
    body = _gzip(Path(response.path), response.headers["etag"])
    return Response(body, response.status_code, headers | {"vary": "Accept-Encoding"})


@functools.lru_cache(maxsize=64)
def _gzip(file: Path, _version: str) -> bytes:
    return gzip.compress(file.read_bytes(), compresslevel=6, mtime=0)
