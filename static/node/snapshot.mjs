// @ts-check
/**
 * Makes a snapshot: `node snapshot.mjs BUNDLE OUT` with the names of modules as JSON on standard input; on standard output those
 * that could not be in it, with the reason.
 */
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import zlib from "node:zlib";
import { FRAME, assemble } from "../snapshot.js";

/** @import { Attempt } from "../snapshot.js" */

const [, , folder, out] = process.argv;
const { ZSTD_c_compressionLevel: LEVEL, ZSTD_c_windowLog: WINDOW, ZSTD_c_checksumFlag: CHECKSUM } = zlib.constants;

/** @param {string[]} modules @returns {Promise<Attempt>} in an interpreter of its own */
function attempt(modules) {
  const base = pathToFileURL(folder).href.replace(/\/?$/, "/"), entry = new URL("capture.mjs", import.meta.url).href;
  const worker = new Worker(new URL("environment.mjs", import.meta.url), { workerData: { base, entry } });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
    worker.postMessage(modules);
  }).finally(() => worker.terminate());
}

/** @type {string[]} */
let modules = JSON.parse(fs.readFileSync(0, "utf8"));
/** @type {Record<string, string>} */
const refused = {};
for (;;) {
  const made = await attempt(modules);
  if ("error" in made) throw new Error(made.error);
  if ("refused" in made) {
    // What it has left behind goes with its interpreter.
    const [name, reason] = made.refused;
    refused[name] = reason;
    modules = modules.filter((other) => other !== name);
    continue;
  }
  const { facts, memory } = made, params = { [LEVEL]: 19, [WINDOW]: Math.log2(FRAME), [CHECKSUM]: 1 };
  const frames = [];
  for (let at = 0; at < memory.length; at += FRAME) frames.push(zlib.zstdCompressSync(memory.subarray(at, at + FRAME), { params }));
  fs.writeFileSync(out, Buffer.concat(assemble(facts, frames)));
  console.log(JSON.stringify(refused));
  break;
}
