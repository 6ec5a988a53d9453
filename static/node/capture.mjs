// @ts-check
/**
 * The thread that makes a snapshot: starts the interpreter as `worker.js` does, imports what it is told, and hands over the memory.
 * What differs from one time to the next, clock and chance, stands still meanwhile: the same input gives the same bytes.
 */
import { workerData } from "node:worker_threads";
import { Assets } from "../assets.js";
import { describeCrash } from "../crash.js";
import { TerminalDevice } from "../devices.js";
import { boot } from "../interpreter.js";
import { loader } from "../loader.js";
import { capture, watch } from "../snapshot.js";
import { confine, limitMemory } from "./confine.mjs";

/** @import { Attempt, Ground, Share } from "../snapshot.js" */

/** 2020-01-01: when the interpreter believes it was started, in ms since the epoch. */
const THEN = 1577836800000;
const { memory } = workerData;

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

const host = { prompting() {}, started() {}, typed() {}, finished() {} };

/** @param {unknown} object */
function nameOf(object) {
  if (object !== host) throw new Error("it keeps a JavaScript object");
  return "host";
}

/** How many bytes are in words that are not zero.  @param {Uint32Array} words */
function filled(words) {
  let count = 0;
  for (let at = 0; at < words.length; at++) if (words[at]) count += 4;
  return count;
}

/** A terminal that nobody reads, of a common size. It only notes that something is written. */
class Deaf extends TerminalDevice {
  written = false;

  constructor() {
    const write = (/** @type {Uint8Array} */ { length }) => {
      this.written = true;
      return length;
    };
    super(/** @type {any} */ ({ write, call: () => ({ value: 0 }), size: () => ({ rows: 24, columns: 80 }), sleep() {}, takeSignal: () => 0 }));
  }

  /** @param {{env: Record<string, Function>, wasi_snapshot_preview1: Record<string, Function>}} imports */
  wrapImports(imports) {
    super.wrapImports(imports);
    limitMemory(imports, memory);
  }

  /** Has anything been written, that C still holds included?  @param {any} module */
  heard({ _fflush: flush }) {
    flush(0);
    return this.written;
  }
}

/** The module that is being imported. */
let importing = "";

/** @param {string[]} modules @param {string[]} libraries  paths, to be loaded before @returns {Promise<Attempt>} */
async function attempt(modules, libraries) {
  const terminal = new Deaf();
  /** @type {Ground | undefined} */
  let ground;
  const base = self.location.href, published = await (await fetch(`${base}manifest.json`)).json();
  const manifest = { ...published, offline: true }; // nothing can be fetched once it is confined
  const assets = new Assets(manifest, base, loader(manifest, base, { fresh: [], progress() {}, quiet() {} }));
  const options = { assets, terminal, checkSignal: undefined, suspender: undefined, environment: {}, host, crashed() {} };
  const before = (/** @type {any} */ _, /** @type {Ground} */ found) => void (ground = found);
  const python = await boot(options, { _makeSnapshot: true, before }, await assets.librariesAt(libraries));
  terminal.install(python._module);
  const startup = python.pyimport("_emrun.startup"), look = watch(python, nameOf);
  confine();
  const known = new Set(), { _module: module } = python;
  let used = filled(new Uint32Array(/** @type {Ground} */ (ground).memory.buffer));
  /** @param {string} asked @returns {Share} what has come since the last call */
  const share = (asked) => {
    const names = startup.loaded().split(" ").filter((/** @type {string} */ name) => !known.has(name)), before = used;
    names.forEach((/** @type {string} */ name) => known.add(name));
    if (names.length) used = filled(module.HEAPU32);
    return { asked, modules: names, bytes: used - before };
  };
  const shares = [share("")];
  terminal.written = false;
  for (const name of modules) {
    self.postMessage({ importing: (importing = name) });
    const failure = startup.prepare(name), { missing, reason } = look();
    if (missing.length) return { missing, for: name };
    const problem = failure || reason || (terminal.heard(module) && "it prints");
    if (problem) return { refused: [name, problem] };
    shares.push(share(name));
  }
  importing = "";
  startup.freeze();
  return { ...capture(python, /** @type {Ground} */ (ground), nameOf), shares: shares.filter((one) => one.modules.length) };
}

standStill();
self.addEventListener("message", async (event) => {
  const { modules, libraries } = /** @type {MessageEvent<{modules: string[], libraries: string[]}>} */ (event).data;
  try {
    self.postMessage(await attempt(modules, libraries));
  } catch (error) {
    const { reason } = describeCrash(error);
    self.postMessage(importing ? { refused: [importing, reason] } : { error: String(/** @type {any} */ (error)?.message ?? error) });
  }
});
