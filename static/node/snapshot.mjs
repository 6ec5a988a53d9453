// @ts-check
/**
 * Makes a snapshot: `node snapshot.mjs BUNDLE OUT` with JSON on standard input: `modules`, their names, and `seconds`, how long
 * each of them may take to be imported. On standard output:
 * `libraries`, the paths of those to load before it is restored, and their fronts, `refused`, the modules that cannot be in it, with the reason, and
 * `shares`, what is in it for the sake of which module. It is compressed in a hurry: `compact.mjs` does better.
 *
 * An import has a limit of time and memory. A module that exceeds it, prints, or ends the interpreter is refused.
 */
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";
import { FOLDER } from "../site-packages.js";
import { assemble, frameBounds } from "../snapshot.js";
import { frontOf } from "./front.mjs";
import { startGuest, watchMemory } from "./guest.mjs";

/** @import { Index } from "../site-packages.js" */
/** @import { Attempt, Facts, Share } from "../snapshot.js" */

const [, , folder, out] = process.argv;
/** A package with more libraries has some that its modules do not import. */
const FEW = 8;
/** How long the interpreter may take to start, in seconds. */
const START = 180;
/** How much memory it may have, in bytes. */
const MEMORY = 2 ** 30;
const QUICKLY = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } };

/** @type {{modules: string[], seconds: number}} */
const { modules: wanted, seconds } = JSON.parse(fs.readFileSync(0, "utf8"));
/** @type {{modules: string[], libraries: string[], refused: Record<string, string>}} */
const plan = { modules: wanted, libraries: expected(), refused: {} };
let guessed = plan.libraries.length > 0;
/** Modules that need the libraries. @type {Set<string>} */
const compiled = new Set();

/** @returns {Index | null} null where there are no packages */
function readIndex() {
  const { index } = JSON.parse(fs.readFileSync(`${folder}/manifest.json`, "utf8"));
  return index && JSON.parse(fs.readFileSync(`${folder}/${index}`, "utf8"));
}

/** The libraries that the modules are likely to load: to find out takes a start.  @returns {string[]} */
function expected() {
  const names = Object.keys(readIndex()?.files ?? {});
  const installed = new Set(names.map((name) => name.split(/[/.]/, 1)[0]));
  const libraries = names.filter((name) => name.endsWith(".so"));
  if (libraries.length > FEW || !wanted.some((name) => installed.has(name.split(".", 1)[0]))) return [];
  return libraries.map((name) => `${FOLDER}/${name}`);
}

/** What is loaded in the place of a library, in base64; "" where it is loaded itself.  @param {string} library  its path */
function frontFor(library) {
  const { images, files } = /** @type {Index} */ (readIndex());
  const wasm = zlib.gunzipSync(fs.readFileSync(`${folder}/${images[files[library.slice(FOLDER.length + 1)][0]]}`));
  try {
    return zlib.gzipSync(frontOf(wasm), { level: zlib.constants.Z_BEST_COMPRESSION }).toString("base64");
  } catch {
    return ""; // of a kind that was not there before
  }
}

/** Each time in an interpreter of its own: what a module has left behind goes with it.  @returns {Promise<Attempt>} */
function attempt() {
  const base = pathToFileURL(folder).href.replace(/\/?$/, "/"), entry = new URL("capture.mjs", import.meta.url).href;
  const worker = startGuest({ base, entry, memory: MEMORY });
  const { promise, resolve } = /** @type {PromiseWithResolvers<Attempt>} */ (Promise.withResolvers());
  /** The module that is being imported. */
  let name = "";
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const fail = (/** @type {string} */ reason) => resolve(name ? { refused: [name, reason] } : { error: reason });
  const begin = (/** @type {number} */ limit) => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(`it takes longer than ${limit} seconds`), limit * 1000);
  };
  const unwatch = watchMemory(MEMORY, () => fail("it takes too much memory"));
  worker.on("message", (message) => {
    if (!message || !("importing" in message)) return resolve(message ?? { error: "it said nothing" });
    name = String(message.importing);
    begin(seconds);
  });
  worker.on("error", (error) => fail(`it ended the interpreter: ${error?.message ?? error}`));
  worker.on("exit", () => fail("it ended the interpreter"));
  begin(START);
  worker.postMessage(plan);
  return promise.finally(() => {
    clearTimeout(timer);
    unwatch();
    return worker.terminate();
  });
}

/** @param {Iterable<string>} modules @param {string} reason */
function refuse(modules, reason) {
  for (const name of modules) plan.refused[name] = reason;
  plan.modules = plan.modules.filter((name) => !(name in plan.refused));
}

/** @returns {Promise<{facts: Facts, memory: Uint8Array, shares: Share[]}>} */
async function make() {
  // Each attempt but a few has a reason of its own: a module that is refused, or needs libraries.
  for (let left = 2 * wanted.length + 4; left; left--) {
    const made = await attempt();
    if ("memory" in made) {
      const used = new Set(Object.values(made.facts.libraries));
      if (!guessed || plan.libraries.every((path) => used.has(path))) return made;
      plan.libraries = plan.libraries.filter((path) => used.has(path));
      guessed = false;
    } else if ("refused" in made) refuse([made.refused[0]], made.refused[1]);
    else if ("missing" in made) {
      plan.libraries.push(...made.missing);
      compiled.add(made.for);
    } else {
      if (!plan.libraries.length) throw new Error(made.error);
      if (!guessed) refuse(compiled, `its compiled part cannot be loaded before: ${made.error}`);
      plan.libraries = [];
      compiled.clear();
      guessed = false;
    }
  }
  throw new Error("no set of modules can be imported");
}

const { facts, memory, shares } = await make().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
const frames = frameBounds(facts).map(([from, to]) => zlib.zstdCompressSync(memory.subarray(from, to), QUICKLY));
fs.writeFileSync(out, Buffer.concat(assemble(facts, frames)));
const libraries = plan.libraries.map((path) => ({ path, front: frontFor(path) }));
console.log(JSON.stringify({ libraries, refused: plan.refused, shares }));
