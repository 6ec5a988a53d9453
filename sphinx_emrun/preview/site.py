"""A built site's files over HTTP, with the media types that browsers insist on, and never cached."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    import os

    from starlette.responses import Response
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


class SiteFiles(StaticFiles):
    """Serves the folder ``directory``: ``index.html`` for a folder, ``404.html`` where there is one."""

    def __init__(self, *, directory: str | os.PathLike[str]) -> None:
        super().__init__(directory=directory, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-store"  # a rebuilt page must be seen at the next reload
        return response

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
