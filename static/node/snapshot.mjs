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

/** @import { Answer, Request } from "./capture.mjs" */

const [, , folder, out] = process.argv;
const { ZSTD_c_compressionLevel: LEVEL, ZSTD_c_windowLog: WINDOW, ZSTD_c_checksumFlag: CHECKSUM } = zlib.constants;

/** @param {Request} request @returns {Promise<Answer>} */
function ask(request) {
  const base = pathToFileURL(folder).href.replace(/\/?$/, "/"), entry = new URL("capture.mjs", import.meta.url).href;
  const worker = new Worker(new URL("environment.mjs", import.meta.url), { workerData: { base, entry } });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

/** @type {string[]} */
let modules = JSON.parse(fs.readFileSync(0, "utf8"));
/** @type {Record<string, string>} */
const refused = {};
for (;;) {
  const answer = await ask({ modules });
  if ("error" in answer) throw new Error(answer.error);
  if ("refused" in answer) {
    // What it has left behind goes with its interpreter.
    const [name, reason] = answer.refused;
    refused[name] = reason;
    modules = modules.filter((other) => other !== name);
    continue;
  }
  const { head, memory } = answer, params = { [LEVEL]: 19, [WINDOW]: Math.log2(FRAME), [CHECKSUM]: 1 };
  const frames = [];
  for (let at = 0; at < memory.length; at += FRAME) frames.push(zlib.zstdCompressSync(memory.subarray(at, at + FRAME), { params }));
  fs.writeFileSync(out, Buffer.concat(assemble(head, frames)));
  console.log(JSON.stringify(refused));
  break;
}
