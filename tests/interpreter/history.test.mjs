/** What was typed before, on this page or another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreter, plain } from "./session.mjs";

const python = interpreter({ history: ["'typed long ago'", "'typed before'"] });
const UP = "\x1bOA";

/** Press keys at the idle prompt, and wait for the statement's end.  @param {string} keys */
async function press(keys) {
  const { session } = python;
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.clear();
  session.type(keys);
  await session.finished();
  return plain(session.screen);
}

test("arrow keys bring back what was typed on another page", async () => {
  await python.finish("");
  assert.match(await press(`${UP}${UP}\r`), /'typed long ago'\n?$/);
});

test("and what was typed under another block", async () => {
  await press("21 * 2\r");
  await python.finish("print('another block')");
  assert.match(await press(`${UP}\r`), /42\n/);
});

test("each statement is told to the page", async () => {
  await press("for i in range(2): pass\r\r");
  assert.deepEqual(python.session.messages.filter(({ type }) => type === "typed").map(({ statement }) => statement.trim()), ["for i in range(2): pass"]);
});
