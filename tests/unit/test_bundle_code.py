"""Which scripts a page loads when a block runs."""

from __future__ import annotations

from pathlib import Path

from sphinx_emrun.bundle import code
from sphinx_emrun.resources import static_dir, third_party_dir

ENTRIES = {
    "main.js": 'import { a } from "./shared.js";\nimport("./session.js");\n',
    "notice.js": "",
    "session.js": '// import { B } from "./types.js"\nimport {\n  a,\n  b,\n} from "./sub/own.js";\n',
    "sub/own.js": 'export * from "../deep.js";\n',
    "deep.js": 'const text = `import "./nothing.js"`;\n',
    "shared.js": "",
    "types.js": "",
    "worker.js": 'import * as deep from "./deep.js";\n',
    "xterm/xterm.css": "",
}


def test_imports_are_followed(tmp_path: Path) -> None:
    files = {}
    for name, text in ENTRIES.items():
        files[name] = tmp_path / name
        files[name].parent.mkdir(exist_ok=True)
        files[name].write_text(text)
    expected = ("deep.js", "session.js", "sub/own.js", "worker.js", "xterm/xterm.css")
    assert code.loaded_by_run(files) == expected


def test_none_of_ours_is_loaded_without_a_check() -> None:
    static = static_dir()
    ours = {
        path.relative_to(static).as_posix(): path
        for path in static.rglob("*.js")
        if path.relative_to(static).parts[0] not in {"node", "py"}
    }
    xterm = {f"xterm/{path.stem}.js": path for path in (third_party_dir() / "xterm").glob("*.mjs")}
    with_the_page = {f"{name}.js" for name in ("block", "bundle", "doctest", "fetching", "interest", "main")}
    with_the_page |= {"notice.js", "watch.js"}
    relay = {"sw.js"}
    loaded = set(code.loaded_by_run(ours | xterm))
    assert loaded == (ours.keys() | xterm.keys() | {"xterm/xterm.css"}) - with_the_page - relay
