/** More output than anything could keep. */
import assert from "node:assert/strict";
import { test } from "node:test";
import "../terminal/numbered-lines.js";
import { interpreter } from "./session.mjs";

const python = interpreter();
const LINES = 1_250_000;

test("a hundred megabytes come whole and in order", { timeout: 120_000 }, async () => {
  const seen = new NumberedLines();
  await python.session.run({ source: NumberedLines.program(LINES) });
  await python.session.until((session) => {
    for (const chunk of session.shown.splice(0)) seen.take(chunk);
    session.screen = "";
    return seen.lines === LINES && session.messages.find(({ type }) => type === "finished");
  }, "the end", 110);
  assert.deepEqual([seen.wrong, seen.bytes > 100e6], [-1, true]);
});
