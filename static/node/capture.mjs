// @ts-check
/**
 * The thread that makes a snapshot: starts the interpreter as `worker.js` does, imports what it is told, and hands over the memory.
 * What differs from one time to the next, clock and chance, stands still meanwhile: the same input gives the same bytes.
 */
import { Assets } from "../assets.js";
import { boot } from "../interpreter.js";
import { capture } from "../snapshot.js";

/** @import { Attempt } from "../snapshot.js" */

/** 2020-01-01: when the interpreter believes it was started, in ms since the epoch. */
const THEN = 1577836800000;

standStill();

function standStill() {
  let now = 0, random = 1;
  Date.now = () => THEN;
  performance.now = () => (now += 0.01);
  crypto.getRandomValues = (/** @type {any} */ view) => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let at = 0; at < bytes.length; at++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
      bytes[at] = random >>> 24;
    }
    return view;
  };
}

/** @param {string[]} modules @returns {Promise<Attempt>} */
async function attempt(modules) {
  const host = { prompting() {}, started() {}, typed() {}, finished() {} };
  const terminal = /** @type {any} */ ({ wrapImports() {} });
  /** @type {Uint8Array} */
  let pristine = new Uint8Array(0);
  const assets = new Assets(self.location.href);
  const options = { assets, terminal, signals: undefined, environment: {}, host, crashed() {} };
  const python = await boot(options, { _makeSnapshot: true, modified: (_, before) => void (pristine = before) });
  const startup = python.pyimport("_emrun.startup"), { wasmTable, LDSO } = python._module;
  const name = (/** @type {unknown} */ object) => {
    if (object !== host) throw new Error("it keeps a JavaScript object");
    return "host";
  };
  const functions = wasmTable.length, libraries = Object.keys(LDSO.loadedLibsByName).length;
  for (const module of modules) {
    const reason = startup.prepare(module) || problem();
    if (reason) return { refused: [module, reason] };
  }
  startup.freeze();
  return capture(python, pristine, name);

  function problem() {
    if (Object.keys(LDSO.loadedLibsByName).length > libraries) return "it is compiled";
    if (wasmTable.length > functions) return "it makes functions that C calls";
    try {
      python._api.serializeHiwireState(name);
      return "";
    } catch (error) {
      return /** @type {Error} */ (error).message;
    }
  }
}

self.addEventListener("message", async (event) => {
  try {
    self.postMessage(await attempt(/** @type {MessageEvent<string[]>} */ (event).data));
  } catch (error) {
    self.postMessage({ error: String(/** @type {Error} */ (error).message) });
  }
});
