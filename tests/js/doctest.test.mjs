/** Transcripts, copied and pasted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isTranscript, statements } from "../../static/doctest.js";

test("a transcript is copied without prompts and output", () => {
  assert.equal(statements(">>> def f():\n...     return 1\n...\n>>> f()\n1\n>>> print()\n\n"), "def f():\n    return 1\n\nf()\nprint()");
});

test("line ends of every kind", () => {
  assert.equal(statements(">>> a\r\n>>> b\r>>> c"), "a\nb\nc");
});

test("what begins with a prompt is a transcript", () => {
  assert.deepEqual(["\n  >>> 1", "1 >>> 2", "x"].map(isTranscript), [true, false, false]);
});
