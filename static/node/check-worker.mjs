// @ts-check
/**
 * The thread of `checker.mjs` in which Python runs: one session after the other, each in an interpreter as if just started.
 * Runs where `environment.mjs` has made a browser's worker of the thread.
 */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { TerminalDevice } from "../devices.js";
import { startInterpreter } from "../interpreter.js";
import { loader } from "../loader.js";
import { Checkpoint } from "./checkpoint.mjs";
import { confine } from "./confine.mjs";
import { Recording } from "./recording.mjs";

/** @import { CheckedProgram, CheckedResult, Ended } from "./checker.mjs" */

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { base, memory, signals, libraries } = workerData;
const recording = new Recording(new Int32Array(signals));
/** Why the interpreter died, where it did. */
let crash = "";
/** The terminal of an interpreter whose memory is limited. */
class Device extends TerminalDevice {
  /** @param {{env: Record<string, Function>}} imports */
  wrapImports(imports) {
    super.wrapImports(imports);
    const { env } = imports, grow = env.emscripten_resize_heap;
    env.emscripten_resize_heap = (/** @type {number} */ size) => (size >>> 0 > memory ? 0 : grow(size));
  }
}

async function start() {
  const manifest = JSON.parse(await (await fetch(`${base}manifest.json`)).text());
  const python = await startInterpreter({
    base, manifest, terminal: new Device(recording), signals: recording.signals, environment: {},
    load: loader(manifest, base).load, crashed: (reason) => void (crash = reason),
  });
  const host = { prompting() {}, started() {}, typed() {}, finished() {}, ended: (/** @type {string} */ json) => void ended.push({ ...JSON.parse(json), output: recording.take() }) };
  python.registerJsModule("_emrun_host", host);
  // Where its frames are known to be none of a program's.
  const filename = python.runPython("import _emrun; _emrun.__path__[0] + '/check.py'");
  const globals = python.toPy({ __name__: "_emrun_check" });
  python.runPython(readFileSync(new URL("../py/_emrun_check.py", import.meta.url), "utf8"), { filename, globals });
  // A library cannot be unloaded: what an earlier session needed is there from the beginning.
  python.runPython("import _ctypes\nfor path in libraries: _ctypes.dlopen(path, 2)", { globals: python.toPy({ libraries }) });
  return { python, run: globals.get("check") };
}

/** What the running program has come to. @type {Ended[]} */
let ended = [];

/** @param {any} python @param {(program: string) => void} run @param {CheckedProgram} program @returns {CheckedResult} */
function check(python, run, program) {
  for (const { name, content } of program.files) python.FS.writeFile(name, Uint8Array.from(atob(content), (character) => character.charCodeAt(0)));
  recording.begin(program.input);
  ended = [];
  const begin = performance.now();
  run(JSON.stringify(program));
  const { starved, cut } = recording;
  return { starved, cut, seconds: (performance.now() - begin) / 1000, ended };
}

const { python, run } = await start();
confine();
const checkpoint = new Checkpoint(python._module);
port.postMessage({ type: "ready" });

port.on("message", (/** @type {CheckedProgram[]} */ programs) => {
  let touched = false;
  for (const [number, program] of programs.entries()) {
    Atomics.store(recording.signals, 0, 0);
    port.postMessage({ type: "started", number, seconds: program.seconds });
    try {
      const result = check(python, run, program);
      touched ||= recording.configured;
      port.postMessage({ type: "ended", number, result });
    } catch (error) {
      const output = recording.take();
      port.postMessage({ type: "crashed", number, reason: crash || String(/** @type {Error} */ (error).message), output });
      return;
    }
  }
  port.postMessage({ type: "finished", reusable: !touched && checkpoint.restore(), libraries: checkpoint.libraries });
});
