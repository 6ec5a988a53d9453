// @ts-check
/**
 * Makes a snapshot: `node snapshot.mjs BUNDLE OUT` with the names of modules as JSON on standard input. On standard output:
 * `libraries`, the paths of those to load before it is restored, `refused`, the modules that cannot be in it, with the reason, and
 * `shares`, what is in it for the sake of which module.
 */
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import zlib from "node:zlib";
import { FRAME, assemble } from "../snapshot.js";

/** @import { Attempt, Facts, Share } from "../snapshot.js" */

const [, , folder, out] = process.argv;
const { ZSTD_c_compressionLevel: LEVEL, ZSTD_c_windowLog: WINDOW, ZSTD_c_checksumFlag: CHECKSUM } = zlib.constants;

/** @type {{modules: string[], libraries: string[], refused: Record<string, string>}} */
const plan = { modules: JSON.parse(fs.readFileSync(0, "utf8")), libraries: [], refused: {} };
/** Modules that need the libraries. @type {Set<string>} */
const compiled = new Set();

/** Each time in an interpreter of its own: what a module has left behind goes with it.  @returns {Promise<Attempt>} */
function attempt() {
  const base = pathToFileURL(folder).href.replace(/\/?$/, "/"), entry = new URL("capture.mjs", import.meta.url).href;
  const worker = new Worker(new URL("environment.mjs", import.meta.url), { workerData: { base, entry } });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
    worker.postMessage(plan);
  }).finally(() => worker.terminate());
}

/** @param {Iterable<string>} modules @param {string} reason */
function refuse(modules, reason) {
  for (const name of modules) plan.refused[name] = reason;
  plan.modules = plan.modules.filter((name) => !(name in plan.refused));
}

/** @returns {Promise<{facts: Facts, memory: Uint8Array, shares: Share[]}>} */
async function make() {
  for (;;) {
    const made = await attempt();
    if ("memory" in made) return made;
    if ("refused" in made) refuse([made.refused[0]], made.refused[1]);
    else if ("missing" in made) {
      plan.libraries.push(...made.missing);
      compiled.add(made.for);
    } else {
      if (!plan.libraries.length) throw new Error(made.error);
      refuse(compiled, `its compiled part cannot be loaded before: ${made.error}`);
      plan.libraries = [];
      compiled.clear();
    }
  }
}

const { facts, memory, shares } = await make(), params = { [LEVEL]: 18, [WINDOW]: Math.log2(FRAME), [CHECKSUM]: 1 };
const frames = [];
for (let at = 0; at < memory.length; at += FRAME) frames.push(zlib.zstdCompressSync(memory.subarray(at, at + FRAME), { params }));
fs.writeFileSync(out, Buffer.concat(assemble(facts, frames)));
console.log(JSON.stringify({ libraries: plan.libraries, refused: plan.refused, shares }));
