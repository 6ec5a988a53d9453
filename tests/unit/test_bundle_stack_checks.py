"""The interpreter's comparisons of the stack with its limit, rewritten."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sphinx_emrun import resources
from sphinx_emrun.bundle.errors import InterpreterError
from sphinx_emrun.bundle.interpreter import node_binary
from sphinx_emrun.bundle.stack_checks import LOAD_LIMIT, with_stack_checks

EXPORTS = """
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const module = new WebAssembly.Module(Buffer.concat(chunks));
console.log(WebAssembly.Module.exports(module).some(({ name }) => name === "emrun_stack_probe"));
"""


@pytest.fixture(scope="module")
def wasm() -> bytes:
    return (resources.third_party_dir() / "pyodide" / "pyodide.asm.wasm").read_bytes()


def test_the_module_stays_valid_and_says_where_to_put_what_tries(wasm: bytes) -> None:
    command: list[str | Path] = [node_binary(), "--input-type=module", "--eval", EXPORTS]
    result = subprocess.run(command, input=with_stack_checks(wasm), capture_output=True, check=True)
    assert result.stdout == b"true\n"


def test_it_grows_by_two_functions(wasm: bytes) -> None:
    assert 0 < len(with_stack_checks(wasm)) - len(wasm) < 250


def test_another_build_is_refused(wasm: bytes) -> None:
    at = wasm.index(LOAD_LIMIT + b"\x22")
    with pytest.raises(InterpreterError, match="74 of 75"):
        with_stack_checks(wasm[:at] + b"\x28\x02\xcc\x05" + wasm[at + 4 :])
