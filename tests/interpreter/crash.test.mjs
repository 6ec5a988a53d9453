/** What ends a program that no Python code can go on from, or that nearly: the files of `tests/cases/crash`. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { NodeSession } from "../../static/node/host.mjs";
import { plain } from "./session.mjs";

const CASES = new URL("../cases/crash/", import.meta.url);
const bundle = /** @type {string} */ (process.env.EMRUN_BUNDLE);

for (const file of readdirSync(CASES).sort()) {
  const source = readFileSync(new URL(file, CASES), "utf8");
  const expected = (/** @type {string} */ what) => [...source.matchAll(RegExp(`^# ${what}: (.*)$`, "gm"))].map((match) => match[1]);
  test(file, async (t) => {
    const session = await NodeSession.start(bundle);
    t.after(() => session.close());
    const end = await session.finish({ source });
    assert.equal(end.type === "finished" ? end.outcome : end.type, expected("ends")[0]);
    const said = end.reason ? `${end.reason}.` : `The program ended with exit status ${end.status}.`;
    for (const says of expected("says")) assert.ok(said.startsWith(says), said);
    const lines = plain(session.screen).split("\n");
    for (const shows of expected("shows")) assert.ok(lines.some((line) => line.startsWith(shows)), session.screen);
  });
}

test("nothing is run by an interpreter that has crashed", async (t) => {
  const session = await NodeSession.start(bundle);
  t.after(() => session.close());
  await session.finish({ source: "import os\nos.abort()" });
  const { screen } = session;
  session.worker.postMessage({ type: "run", program: { kind: "script", filename: "<example>", source: "print('alive')" }, namespace: "", setup: [], files: [], input: "" });
  session.worker.postMessage({ type: "forget", namespace: "" });
  session.console.resize(40, 10);
  session.console.signal(2);
  session.type("print('alive')\n");
  // What is asked for at the end is answered after all of this.
  session.clear();
  session.worker.postMessage({ type: "boot", channel: { tier: "none" }, environment: {}, history: [] });
  await session.until(({ messages }) => messages.length, "an answer");
  assert.deepEqual(session.messages.map(({ type }) => type), ["unreachable"]);
  assert.equal(session.screen, "");
  assert.match(screen, /line 2 in <module>/);
});

test("a bundle that is not whole says which file", async () => {
  await assert.rejects(NodeSession.start(new URL(".", import.meta.url).pathname), /manifest\.json/);
});
