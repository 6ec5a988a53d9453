/** The prompt that follows a block. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreter, plain } from "./session.mjs";

const python = interpreter();

/** Type at the idle prompt, and wait for the statement's end. */
async function typed(text) {
  const { session } = python;
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.clear();
  session.type(text);
  const { outcome } = await session.finished();
  await session.until((s) => s.console.prompting, "the next prompt");
  return { outcome, screen: plain(session.screen) };
}

test("it is in the block's namespace", async () => {
  await python.finish("x = 20");
  const { outcome, screen } = await typed("x * 2 + 2\r");
  assert.equal(outcome, "done");
  assert.match(screen, /\n?42\n/);
});

test("the next block sees what was typed", async () => {
  await typed("typed_name = 'here'\r");
  assert.equal((await python.finish("print(typed_name)")).screen, "here\n");
});

test("top-level await", async () => {
  assert.match((await typed("await __import__('asyncio').sleep(0.01, 'slept')\r")).screen, /'slept'/);
});

test("an exception is shown, and the prompt comes again", async () => {
  const { outcome, screen } = await typed("1/0\r");
  assert.equal(outcome, "error");
  assert.match(screen, /ZeroDivisionError: division by zero\n/);
  assert.doesNotMatch(screen, /_emrun/);
});

test("Ctrl-C stops a statement", async () => {
  const { session } = python;
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.clear();
  session.type("print('ready'); [None for _ in iter(int, 1)]\r");
  await session.shows("ready\r\n");
  session.type("\x03");
  assert.equal((await session.finished()).outcome, "stopped");
});

test("Ctrl-C at the idle prompt drops the line", async () => {
  const { session } = python;
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.clear();
  session.type("unfinished(\x03");
  await session.shows("KeyboardInterrupt");
  assert.match((await typed("'alive'\r")).screen, /'alive'\n/);
});

test("Tab completes a name of the namespace", async () => {
  await python.finish("particular_name = 'completed'");
  assert.match((await typed("particular_\t\r")).screen, /'completed'/);
});

test("a pasted function is one statement", async () => {
  const { session } = python;
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.clear();
  session.type("\x1b[200~def pasted():\r    total = 0\r\r    for i in range(4):\r        total += i\r    return total\r\x1b[201~");
  await session.until((s) => plain(s.screen).includes("return total"), "the pasted text");
  assert.equal((await typed("\r")).outcome, "done");
  assert.equal((await python.finish("print(pasted())")).screen, "6\n");
});

test("input() at the prompt", async () => {
  const { session } = python;
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.clear();
  session.type("answer = input('question? ')\r");
  await session.until((s) => plain(s.screen).includes("question? ") && !s.console.prompting, "the question");
  session.type("yes\r");
  await session.finished();
  assert.equal((await python.finish("print(answer)")).screen, "yes\n");
});

test("exit() ends the session", async () => {
  const { session } = python;
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.clear();
  session.type("exit()\r");
  const { exited } = await session.until((s) => s.messages.find(({ type }) => type === "detached"), "the end");
  assert.equal(exited, true);
  assert.equal((await python.finish("print('x' in globals())")).screen, "False\n");
});
