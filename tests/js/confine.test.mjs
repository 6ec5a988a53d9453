/** What is left of Node to the threads that run a stranger's Python: a checked page's, a snapshot's, a bundle's that is tried. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
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

const BUNDLE_WORKER = `
const attempts = {};
const note = async (name, attempt) => void (attempts[name] = await Promise.try(attempt).then(String, (error) => error.message));
await note("own", () => import("./other.js").then((other) => other.default));
await note("builtin", () => import("node:fs"));
await note("outside", () => import("./../outside.js"));
await note("disguised", () => import("./%2e%2e/outside.js"));
await note("fetched", () => fetch("ADDRESS").then(({ status }) => status));
await note("own file", () => fetch(new URL("other.js", self.location.href)).then(({ status }) => status));
await note("request", () => { const request = new XMLHttpRequest(); request.open("GET", "ADDRESS", false); request.send(); return request.status; });
for (const name of ["WebSocket", "EventSource", "process", "Worker"]) attempts[name] = typeof globalThis[name];
postMessage(attempts);
`;

test("a bundle's own worker imports its own scripts, and has no network", async (t) => {
  const visits = [], server = createServer((request, response) => (visits.push(request.url), response.end()));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const top = mkdtempSync(join(tmpdir(), "bundle-")), folder = join(top, "bundle"), { port } = /** @type {any} */ (server.address());
  t.after(() => (server.close(), rmSync(top, { recursive: true })));
  mkdirSync(folder);
  writeFileSync(join(top, "package.json"), '{"type": "module"}');
  writeFileSync(join(folder, "worker.js"), BUNDLE_WORKER.replaceAll("ADDRESS", `http://127.0.0.1:${port}/`));
  writeFileSync(join(folder, "other.js"), "export default 'imported';");
  writeFileSync(join(top, "outside.js"), "export default 'imported';");
  const workerData = { base: `${pathToFileURL(folder)}/` };
  const worker = new Worker(new URL("../../static/node/environment.mjs", import.meta.url), { workerData });
  const found = await new Promise((resolve, reject) => worker.on("message", resolve).on("error", reject));
  await worker.terminate();
  assert.deepEqual(visits, []);
  for (const name of ["builtin", "outside", "disguised"]) assert.match(found[name], /cannot be imported here/, name);
  assert.partialDeepStrictEqual(found, { own: "imported", fetched: "404", "own file": "200", request: "404" });
  for (const name of ["WebSocket", "EventSource", "process", "Worker"]) assert.equal(found[name], "undefined", name);
});
