"""The scripts of a site, joined, and which of them a page loads when a block runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sphinx_emrun.bundle import code
from sphinx_emrun.bundle.interpreter import node_binary
from sphinx_emrun.resources import static_dir

MODULES = {
    "main.js": 'import { log } from "./shared.js";\nlog("main");\n',
    "notice.js": "var old;\n",
    "session.js": (
        '// import { B } from "./types.js"\n'
        'import {\n  log as say,\n  ORDER,\n} from "./shared.js";\n'
        'import { Terminal as XTerm } from "./xterm/xterm.js";\n'
        'import "./sub/own.js";\n'
        'const log = "own";\n'
        "export class Session {}\n"
        "say(`session, ${XTerm}, ${log}, ${ORDER}`);\n"
    ),
    "sub/own.js": 'import * as deep from "../deep.js";\ndeep.log(`own, ${deep.TEXT}`);\n',
    "deep.js": (
        'import { log as inner } from "./shared.js";\n'
        'export const TEXT = "deep", MORE = [1, 2];\n'
        "export async function log(text) {\n  inner(text);\n}\n"
    ),
    "shared.js": "export function log(text) {\n  console.log(text);\n}\nexport const ORDER = 1;\n",
    "worker.js": 'import * as deep from "./deep.js";\ndeep.log(`worker, ${deep.MORE}`);\n',
    "sw.js": "0;\n",
}


def written(folder: Path, modules: dict[str, str]) -> dict[str, Path]:
    files = {}
    for name, text in modules.items():
        files[name] = folder / name
        files[name].parent.mkdir(exist_ok=True)
        files[name].write_text(text)
    return files


def test_what_is_loaded_by_run(tmp_path: Path) -> None:
    loaded = code.loaded_by_run(written(tmp_path, MODULES))
    assert loaded == ("session.js", "worker.js", "xterm/xterm.css", "xterm/xterm.js")


@pytest.mark.parametrize(
    ("entry", "said", "exported"),
    [
        ("main.js", ["main"], ""),
        ("worker.js", ["worker, 1,2"], ""),
        ("session.js", ["own, deep", "session, the terminal, own, 1"], "Session"),
    ],
)
def test_joined_modules_do_what_they_did(tmp_path: Path, entry: str, said: list[str], exported: str) -> None:
    files = written(tmp_path, MODULES)
    assert len(code.joined(files)) == 5
    folder = tmp_path / "out"
    written(tmp_path, {"out/package.json": '{"type": "module"}', f"out/{entry}": code.joined(files)[entry]})
    (folder / "xterm").mkdir()
    (folder / "xterm" / "xterm.js").write_text("export const Terminal = 'the terminal';\n")
    program = f"console.log(Object.keys(await import('./{entry}')).join())"
    command = [str(node_binary()), "--input-type=module", "--eval", program]
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    assert done.stdout.splitlines() == [*said, exported]


@pytest.mark.parametrize(
    ("module", "text", "problem"),
    [
        ("shared.js", "export default 1;\n", "this cannot be joined: export default 1"),
        ("main.js", 'import { lag } from "./shared.js";\n', "main.js: shared.js exports no lag"),
        ("shared.js", 'import { log } from "./deep.js";\n', "imports itself, through"),
    ],
)
def test_what_cannot_be_joined_is_said(tmp_path: Path, module: str, text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        code.joined(written(tmp_path, MODULES | {module: text}))


def test_none_of_ours_is_left_out() -> None:
    static = static_dir()
    ours = {path.relative_to(static).as_posix(): path for path in static.rglob("*.js")}
    entries = (*code.WITH_THE_PAGE, *code.WITH_RUN, *code.WHERE_NEEDED)
    assert {path for entry in entries for path in code.reached(entry, ours) if path in ours} == ours.keys()
    for path in ours.keys() - {"bundle.js"}:
        assert "import.meta" not in ours[path].read_text("utf-8"), "a joined script lies elsewhere"


def test_comments_are_left_out_and_nothing_else(tmp_path: Path) -> None:
    text = """\
// @ts-check
/**
 * What it does.
 */
/** @type {number} */ export const kept = 1;
  /** Within. @returns {string} */
export function address() {
  // why
  return "https://host/*"; // behind code
}
"""
    main = code.joined(written(tmp_path, MODULES | {"main.js": text}))["main.js"]
    assert [line for line in main.splitlines() if line] == [
        "/** @type {number} */ export const kept = 1;",
        "export function address() {",
        '  return "https://host/*"; // behind code',
        "}",
    ]
