"""Runs cases on a bundle under Node."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from case import ENVIRONMENT, PATIENCE, Case, Shown
from equipment import Equipment

from sphinx_emrun.bundle.interpreter import node_binary


class Node:
    """One session a bundle for all cases: each has a namespace of its own, and finds the terminal as new."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self._processes: dict[Path, subprocess.Popen[str]] = {}

    def run(self, case: Case, file: Path) -> Shown:
        """As a block of a page."""
        keys = [
            {
                "shows": key.shows,
                "data": base64.b64encode(key.data).decode(),
                "resize": key.resize,
                "busy": key.busy,
            }
            for key in case.keys
        ]
        answer = self._ask(
            self._equipment.bundle(case),
            source=case.source,
            filename=str(file),
            columns=case.columns,
            rows=case.rows,
            keys=keys,
            prompt=case.prompt,
            environment=ENVIRONMENT,
            patience=PATIENCE,
        )
        assert "error" not in answer, answer["error"]
        return Shown(output=base64.b64decode(answer["output"]), ending=answer["ending"])

    def close(self) -> None:
        for process in self._processes.values():
            process.communicate()

    def _ask(self, bundle: Path, **request: Any) -> dict[str, Any]:
        if bundle not in self._processes:
            self._processes[bundle] = _start(bundle)
        process = self._processes[bundle]
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer


def _start(bundle: Path) -> subprocess.Popen[str]:
    command = [node_binary(), Path(__file__).with_name("session.mjs"), bundle]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
