// @ts-check
/**
 * The thread of `checker.mjs` in which Python runs: one session after the other, each in an interpreter as if just started.
 * Runs where `environment.mjs` has made a browser's worker of the thread.
 */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { Assets } from "../assets.js";
import { describeCrash } from "../crash.js";
import { TerminalDevice } from "../devices.js";
import { callAtBottom, startInterpreter } from "../interpreter.js";
import { loader } from "../loader.js";
import { FOLDER } from "../site-packages.js";
import { writeFile } from "../working-files.js";
import { Checkpoint } from "./checkpoint.mjs";
import { confine, limitMemory } from "./confine.mjs";
import { raiseFence } from "./fence.mjs";
import { Recording } from "./recording.mjs";

/** @import { CheckedProgram, CheckedResult, Ended } from "./checker.mjs" */

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { base, memory, signals, libraries } = workerData;
const recording = new Recording(new Int32Array(signals));
/** Why the interpreter died, where it did. */
let crash = "";
// Pyodide would let go of Python's objects, at some time, for proxies of a session that a checkpoint has undone.
Object.assign(globalThis, {
  FinalizationRegistry: class {
    register() {}
    unregister() {}
  },
});

/** The terminal of an interpreter whose memory is limited. */
class Device extends TerminalDevice {
  /** @param {{env: Record<string, Function>, wasi_snapshot_preview1: Record<string, Function>}} imports */
  wrapImports(imports) {
    super.wrapImports(imports);
    limitMemory(imports, memory);
  }
}

const device = new Device(recording);

async function start() {
  const manifest = JSON.parse(await (await fetch(`${base}manifest.json`)).text());
  // Nothing can be fetched once it is confined, so all of it is fetched now.
  const assets = new Assets({ ...manifest, offline: true }, base, loader(manifest, base, { fresh: [], progress() {}, quiet() {} }));
  // From here on a package may run code of its own, where it has changed Python when it was imported into the snapshot.
  if (manifest.snapshot) raiseFence();
  const host = { prompting() {}, started() {}, typed() {}, finished() {}, mute() {}, reopen: () => device.reopen(), offer: () => true, draw: () => false, ended: (/** @type {string} */ json) => void ended.push({ ...JSON.parse(json), output: recording.take() }) };
  const { python } = await startInterpreter({
    assets, terminal: device, checkSignal: recording.checkSignal, suspender: undefined, environment: {}, host,
    crashed: (reason) => void (crash = reason),
  });
  // The packages' names, too, belong to what a checkpoint puts back.
  if (manifest.index) python.FS.readdir(FOLDER);
  // Where its frames are known to be none of a program's.
  const filename = python.runPython("import _emrun; _emrun.__path__[0] + '/check.py'");
  const globals = python.toPy({ __name__: "_emrun_check" });
  python.runPython(readFileSync(new URL("../py/_emrun_check.py", import.meta.url), "utf8"), { filename, globals });
  // A library cannot be unloaded: what an earlier session needed is there from the beginning.
  python.runPython("import _ctypes\nfor path in libraries: _ctypes.dlopen(path, 2)", { globals: python.toPy({ libraries }) });
  return { python, session: globals.get("session") };
}

/** What the running program has come to. @type {Ended[]} */
let ended = [];

/** @param {any} python @param {CheckedProgram} program @returns {CheckedResult} */
function run(python, program) {
  for (const { name, content } of program.files) writeFile(python.FS, name, Uint8Array.from(atob(content), (character) => character.charCodeAt(0)));
  device.reset();
  recording.begin(program.input);
  ended = [];
  const begin = performance.now();
  const steps = check(JSON.stringify(program));
  for (let step; (step = advance(steps));) callAtBottom(python, step, raised);
  steps.destroy();
  const { starved, cut } = recording;
  return { starved, cut, seconds: (performance.now() - begin) / 1000, ended };
}

const { python, session } = await start();
// Attributes of a proxy are proxies, too: what each session uses is looked up before there is a checkpoint.
const { check, advance, raised_id: raised } = session;
confine();
const checkpoint = new Checkpoint(python._module);
port.postMessage({ type: "ready" });

port.on("message", (/** @type {CheckedProgram[]} */ programs) => {
  for (const [number, program] of programs.entries()) {
    Atomics.store(recording.signals, 0, 0);
    try {
      port.postMessage({ type: "ended", number, result: run(python, program) });
    } catch (error) {
      const output = recording.take();
      port.postMessage({ type: "crashed", number, reason: crash || describeCrash(error).reason, output });
      return;
    }
  }
  port.postMessage({ type: "finished", reusable: checkpoint.restore(), libraries: checkpoint.libraries });
});
