from __future__ import annotations

import gzip
import io
import zipfile

from sphinx_emrun.bundle.archive import gzip_bytes, read_zip, zip_bytes

MEMBERS = {"b/ü.txt": b"two", "a.py": b"x = 1\n", "b/empty": b"", f"{'long/' * 60}name.py": b"far down"}


def test_zip_holds_the_members() -> None:
    assert read_zip(zip_bytes(MEMBERS)) == MEMBERS


def test_zip_is_compressed_unless_told() -> None:
    members = {"zeros": bytes(10_000)}
    assert len(zip_bytes(members)) < 1000
    assert len(zip_bytes(members, compress=False)) > 10_000


def test_read_zip_leaves_folders_out() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.mkdir("folder")
        archive.writestr("folder/file", "content")
    assert read_zip(stream.getvalue()) == {"folder/file": b"content"}


def test_the_order_of_members_does_not_matter() -> None:
    assert zip_bytes(MEMBERS) == zip_bytes(dict(reversed(MEMBERS.items())))


def test_zip_carries_no_time_and_no_mode() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bytes(MEMBERS))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o644}


def test_gzip_carries_no_name_and_no_time() -> None:
    data = gzip_bytes(b"content" * 100)
    assert gzip.decompress(data) == b"content" * 100
    assert data[3] == 0, "no flags: no name, no comment"
    assert data[4:8] == bytes(4), "no time"
