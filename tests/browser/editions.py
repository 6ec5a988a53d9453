"""Other versions of a built site: a script of ours is another, and the hashes agree with it."""

from __future__ import annotations

import base64
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
    integrities = _integrity(before), _integrity(after)
    for page in site.glob("*.html"):
        text = page.read_text("utf-8").replace(old, new).replace(*integrities)
        page.write_text(text, encoding="utf-8")


def _integrity(script: str) -> str:
    """What a page says of a script that the browser is to check."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
