"""Runs cases on a bundle under Node."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from case import ENVIRONMENT, PATIENCE, Case, Shown

from sphinx_emrun.bundle.interpreter import node_binary


class Node:
    """One session for all cases: each has a namespace of its own, and finds the terminal as new."""

    def __init__(self, bundle: Path) -> None:
        command = [node_binary(), Path(__file__).with_name("session.mjs"), bundle]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

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
            source=case.source,
            filename=str(file),
            columns=case.columns,
            rows=case.rows,
            keys=keys,
            environment=ENVIRONMENT,
            patience=PATIENCE,
        )
        assert "error" not in answer, answer["error"]
        return Shown(output=base64.b64decode(answer["output"]), ending=answer["ending"])

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
