import assert from "node:assert/strict";
import test from "node:test";
import { isMessage } from "../../static/messages.js";
import { cookedTermios } from "../../static/termios.js";

const TERMIOS = cookedTermios(), STEP = { name: "emrun: thread", start: 1, end: 2.5 };
const RIGHT = [
  { type: "progress", step: "loading", loaded: 0, total: 5 },
  { type: "quiet", name: "file", seconds: 10 },
  { type: "ready", restored: true, steps: [STEP], compiled: {} },
  { type: "started", head: -5 },
  { type: "typed", statement: "1\n" },
  { type: "finished", outcome: "done", status: null },
  { type: "finished", outcome: "error", status: -1 },
  { type: "detached", exited: false },
  { type: "crashed", reason: "why" },
  { type: "failed", reason: "why" },
  { type: "failed", reason: "why", file: "snapshot.bin" },
  { type: "offered", url: "not an address: that is the link's affair" },
  { type: "drawing", command: "{}" },
  { type: "starved" },
  { type: "unreachable" },
  { id: 1, call: "read", max: 65536, wait: true, prompt: false, learned: 0, ahead: true },
  { id: 1, call: "poll", timeout: -1, prompt: true, head: 7 },
  { id: 1, call: "poll", timeout: Infinity, prompt: true },
  { id: 2, call: "pending" },
  { id: 3, call: "flush" },
  { id: 4, call: "configure", termios: TERMIOS, flush: true },
  { output: new Uint8Array(3), learned: 0 },
  { output: new Uint8Array(0) },
  { doorbell: true },
  { looksAt: 0 },
];
const WRONG = [
  undefined, null, 0, 1, NaN, "", "started", true, [], [{ type: "started" }], {}, { type: null }, { type: "nonsense" }, { type: ["started"] },
  { type: "toString" }, { type: "__proto__" }, { call: "constructor", id: 1 },
  { type: "progress", loaded: "1", total: 5 }, { type: "progress", loaded: -1, total: 5 }, { type: "progress", loaded: 1e400, total: 5 },
  { type: "quiet", name: 5, seconds: 10 }, { type: "quiet", name: "file", seconds: NaN },
  { type: "ready", steps: [{ name: "x", start: NaN, end: 0 }] }, { type: "ready", steps: {} }, { type: "ready", steps: [null] },
  { type: "typed" }, { type: "typed", statement: 1 },
  { type: "finished" }, { type: "finished", outcome: "done" }, { type: "finished", outcome: "running", status: null },
  { type: "finished", outcome: ["done"], status: null }, { type: "finished", outcome: "done", status: "1" }, { type: "finished", outcome: "done", status: 1e300 },
  { type: "detached", exited: 1 }, { type: "crashed" }, { type: "failed", reason: null }, { type: "failed", reason: "why", file: 5 },
  { type: "offered", url: null }, { type: "drawing", command: {} }, { type: "drawing" }, { type: "started", head: 1.5 }, { type: "started", head: 2 ** 40 },
  { call: "read", max: 5, wait: true, prompt: false }, { id: 1, call: "read", max: 1e9, wait: true, prompt: false }, { id: 1, call: "read", max: -1, wait: true, prompt: false },
  { id: -1, call: "pending" }, { id: "1", call: "pending" }, { id: 1, call: "poll", timeout: NaN, prompt: true }, { id: 1, call: "poll", prompt: true },
  { id: 1, call: "configure", flush: true }, { id: 1, call: "configure", termios: null, flush: true }, { id: 1, call: "configure", termios: { ...TERMIOS, c_cc: [] }, flush: true },
  { id: 1, call: "configure", termios: { ...TERMIOS, c_lflag: "0" }, flush: true },
  { output: "text" }, { output: [1, 2] }, { output: new Uint8Array(1), learned: -1 }, { doorbell: 1 }, { looksAt: "0" }, { looksAt: -1 },
];

for (const data of RIGHT) test(`a message: ${JSON.stringify(data)}`, () => assert.ok(isMessage(data)));
for (const data of WRONG) test(`none: ${JSON.stringify(data)}`, () => assert.ok(!isMessage(data)));
