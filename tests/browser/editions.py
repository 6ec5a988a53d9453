"""Other versions of a built site: a script of ours is another, and the hashes agree with it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def publish_another(site: Path, script: str, edit: Callable[[str], str]) -> None:
    """Change a script of the site in place, as the next build would after such an edit."""
    (file,) = site.glob(f"_static/emrun/*/{script}")
    before = file.read_text("utf-8")
    after = edit(before)
    assert before != after
    file.write_text(after, encoding="utf-8")
    manifest = file.with_name("manifest.json")
    data = json.loads(manifest.read_text("utf-8"))
    content = after.encode()
    data["files"][script] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest.write_text(json.dumps(data), encoding="utf-8")
    old, new = file.parent.name, hashlib.sha256(manifest.read_bytes()).hexdigest()[:16]
    file.parent.rename(file.parent.with_name(new))
    for page in site.glob("*.html"):
        page.write_text(page.read_text("utf-8").replace(old, new), encoding="utf-8")
