/** Tries what reaches beyond a process: `node outwards.mjs SECRET TARGET PORT SOCKET`; what works is on standard output, as JSON. */
import { spawnSync } from "node:child_process";
import dgram from "node:dgram";
import fs from "node:fs";
import net from "node:net";
import { Worker } from "node:worker_threads";

const [, , secret, target, port, local] = process.argv;
const connected = (/** @type {any[]} */ ...where) => new Promise((resolve, reject) => net.connect(...where).on("connect", resolve).on("error", reject));
const ATTEMPTS = {
  read: () => fs.readFileSync(secret),
  write: () => fs.writeFileSync(target, "written"),
  look: () => fs.readFileSync(`/proc/${process.ppid}/environ`),
  start: () => {
    const { error } = spawnSync(process.execPath, ["--version"]);
    if (error) throw error;
  },
  stream: () => connected(Number(port), "127.0.0.1"),
  datagram: () =>
    new Promise((resolve, reject) => dgram.createSocket("udp4").on("error", reject).send("x", Number(port), "127.0.0.1", (error) => (error ? reject(error) : resolve(0)))),
  local: () => connected(local),
  signal: () => process.kill(process.ppid, 0),
  thread: () => new Promise((resolve, reject) => new Worker("", { eval: true }).on("exit", resolve).on("error", reject)),
};
const worked = [];
for (const [name, attempt] of Object.entries(ATTEMPTS)) await Promise.try(attempt).then(() => worked.push(name), () => {});
fs.writeSync(1, JSON.stringify(worked));
process.exit();
