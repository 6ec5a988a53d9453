"""Archives that are the same bytes whenever their content is: members sorted, times and modes fixed."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping

#: The earliest time a zip archive can hold (APPNOTE 4.4.6).
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
MODE = 0o644
UNIX = 3


def zip_bytes(members: Mapping[str, bytes], *, compress: bool = True) -> bytes:
    """A zip archive of {path: content}."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.create_system = UNIX
            info.external_attr = MODE << 16
            info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
            archive.writestr(info, members[name], compresslevel=9)
    return stream.getvalue()


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip archive as {path: content}; folders are left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def gzip_bytes(data: bytes, *, level: int = 6) -> bytes:
    """`data` compressed, with no name and no time in the header (RFC 1952).

    The highest level takes five times as long for one hundredth less.
    """
    return gzip.compress(data, compresslevel=level, mtime=0)
