/** What is left of Node to the thread that runs the programs of a checked page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";

const PROGRAM = `
const { parentPort } = await import("node:worker_threads");
const { confine } = await import(${JSON.stringify(new URL("../../static/node/confine.mjs", import.meta.url).href)});
const attempts = {};
const note = async (name, attempt) => void (attempts[name] = await Promise.try(attempt).then(() => "reached", (error) => error.message));
const tried = async () => {
  await note("builtin", () => import("node:fs"));
  await note("bare", () => import("fs"));
  await note("data", () => import("data:text/javascript,1"));
  await note("evaluated", () => (0, eval)("import('node:net')"));
  await note("made", () => new Function("return import('node:child_process')")());
  for (const name of ["fetch", "WebSocket", "EventSource"]) attempts[name] = typeof globalThis[name];
  parentPort.postMessage(attempts);
};
if (WHEN === "after") confine();
await tried();
`;

/** @param {"before" | "after"} when */
function attempts(when) {
  const source = PROGRAM.replace("WHEN", JSON.stringify(when));
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  return new Promise((resolve, reject) => worker.on("message", resolve).on("error", reject));
}

test("a confined thread imports nothing and has no network", async () => {
  const found = await attempts("after");
  for (const name of ["builtin", "bare", "data", "evaluated", "made"]) assert.match(found[name], /cannot be imported here/, name);
  for (const name of ["fetch", "WebSocket", "EventSource"]) assert.equal(found[name], "undefined", name);
});

test("the attempts work in a thread that is not confined", async () => {
  const found = await attempts("before");
  for (const name of ["builtin", "bare", "data", "evaluated", "made"]) assert.equal(found[name], "reached", name);
  assert.equal(found.fetch, "function");
});
