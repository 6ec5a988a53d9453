/** The entry of a guest's thread (`guest.test.mjs`): tries what JavaScript could, before and after it is confined. */
import { parentPort, workerData } from "node:worker_threads";
import { confine } from "../../static/node/confine.mjs";

const process = globalThis.process ?? (await import("node:process")).default, { Worker } = await import("node:worker_threads");
const fs = await import("node:fs"), { spawnSync } = await import("node:child_process");
const ATTEMPTS = {
  "a thread": () => new Worker("", { eval: true }),
  "a thread with other permissions": () => new Worker("", { eval: true, execArgv: [] }),
  "a program": () => spawnSync(process.execPath, ["--version"], { stdio: "ignore" }).pid ?? Promise.reject(),
  "a file": () => fs.readFileSync(workerData.secret),
  "a written file": () => fs.writeFileSync(workerData.secret, ""),
  evaluated: () => (0, eval)("1"),
  made: () => new Function("return 1")(),
  builtin: () => process.getBuiltinModule("node:fs"),
  binding: () => process.binding("fs"),
  signal: () => process.kill(process.pid, 0),
  sqlite: () => import("node:sqlite"),
  channel: () => new BroadcastChannel("x").close(),
  fetch: () => fetch("data:,"),
};
async function tried() {
  const worked = [];
  for (const [name, attempt] of Object.entries(ATTEMPTS)) await Promise.try(attempt).then((value) => value !== undefined || name === "channel" ? worked.push(name) : 0, () => {});
  return worked;
}
const before = await tried();
confine();
parentPort.postMessage({ before, after: await tried() });
