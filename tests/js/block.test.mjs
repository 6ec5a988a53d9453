/** What a block copies. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { statements } from "../../static/block.js";

test("a transcript is copied without prompts and output", () => {
  assert.equal(statements(">>> def f():\n...     return 1\n...\n>>> f()\n1\n>>> print()\n\n"), "def f():\n    return 1\n\nf()\nprint()");
});
