/** What the thread that runs a stranger's Python says is checked before it counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isCrash, isEnd } from "../../static/node/reports.mjs";

const script = { kind: "script", statements: [] }, transcript = { kind: "transcript", statements: ["1", null] };
const ended = { run: true, raised: null, status: null, output: [[1, "x\n"]] };
const raised = { names: ["KeyError", "builtins.KeyError"], message: "KeyError: 1\n", line: 3 };
const end = (/** @type {object} */ changed = {}) => ({ type: "ended", number: 0, result: { starved: false, cut: false, seconds: 0.5, ended: [ended], ...changed } });

test("what it really says is taken", () => {
  assert.ok(isEnd(end(), 0, script));
  assert.ok(isEnd(end({ ended: [{ ...ended, raised, status: 1 }] }), 0, script));
  assert.ok(isEnd(end({ ended: [ended, { ...ended, run: false, output: [] }] }), 0, transcript));
  assert.ok(isCrash({ type: "crashed", number: 2, reason: "it crashed", output: [[2, "x"]] }, 2));
});

const FORGED = {
  nothing: null, undefined: undefined, "a number": 1, "a text": "ended", "a list": [], "an empty object": {},
  "a start": { type: "started", number: 0, seconds: 1e6 }, "another program's": { ...end(), number: 1 }, "no result": { type: "ended", number: 0 },
  "no time": end({ seconds: NaN }), "an endless time": end({ seconds: Infinity }), "a wrong flag": end({ cut: 1 }),
  "too many ends": end({ ended: [ended, ended] }), "too few": end({ ended: [] }), "no list": end({ ended: { length: 1 } }),
  "another stream": end({ ended: [{ ...ended, output: [[3, "x"]] }] }), "no text": end({ ended: [{ ...ended, output: [[1, 5]] }] }),
  "no names": end({ ended: [{ ...ended, raised: { ...raised, names: [] } }] }), "a wrong line": end({ ended: [{ ...ended, raised: { ...raised, line: 1.5 } }] }),
  "no message": end({ ended: [{ ...ended, raised: { ...raised, message: null } }] }), "a wrong status": end({ ended: [{ ...ended, status: "1" }] }),
  "too much": end({ ended: [{ ...ended, output: [[1, "x".repeat(3e7)]] }] }),
};
for (const [name, message] of Object.entries(FORGED)) test(`no end: ${name}`, () => assert.ok(!isEnd(message, 0, script)));

for (const message of [null, 1, {}, { type: "crashed", number: 0, reason: 1, output: [] }, { type: "crashed", number: 1, reason: "", output: [] }, { type: "crashed", number: 0, reason: "", output: 5 }])
  test(`no crash: ${JSON.stringify(message)}`, () => assert.ok(!isCrash(message, 0)));
