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

/** @import { Entry } from "./recording.mjs" */
/**
 * @typedef {object} CheckedProgram
 * @property {"script" | "transcript"} kind
 * @property {string} source
 * @property {(string | null)[]} statements    a transcript's; null for one that is not run
 * @property {string} filename
 * @property {string} namespace
 * @property {string} input                    what is typed
 * @property {number} seconds                  how long it may run
 * @property {{name: string, content: string}[]} files   base64
 *
 * @typedef {object} Raised                    An exception that reached the top.
 * @property {string[]} names                  without and with its module's
 * @property {string} message                  its last lines, as a traceback shows them
 * @property {number | null} line              of the program
 *
 * @typedef {object} Ended                     What came of a program, or of one statement of a transcript.
 * @property {Raised | null} raised
 * @property {number | null} status            where it called `sys.exit`
 * @property {Entry[]} output
 *
 * @typedef {{starved: boolean, cut: boolean, ended: Ended[]}} CheckedResult
 */

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { base, memory, signals } = workerData;
const recording = new Recording(new Int32Array(signals));
/** Why the interpreter died, where it did. */
let crash = "";
/** What Pyodide says on the console when it dies is the only place that has the Python traceback. @type {string[]} */
const said = [];
console.error = (...words) => void said.push(words.map(String).join(" "));

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
  const manifest = await (await fetch(`${base}manifest.json`)).json();
  const python = await startInterpreter({
    base, manifest, terminal: new Device(recording), signals: recording.signals, environment: {},
    load: loader(manifest, base).load, crashed: (reason) => void (crash = reason),
  });
  const host = { prompting() {}, started() {}, typed() {}, finished() {}, ended: (/** @type {string} */ json) => void ended.push({ ...JSON.parse(json), output: recording.take() }) };
  python.registerJsModule("_emrun_host", host);
  const run = python.runPython(readFileSync(new URL("../py/_emrun_check.py", import.meta.url), "utf8"), { filename: "_emrun_check.py" });
  return { python, run };
}

/** What the running program has come to. @type {Ended[]} */
let ended = [];

/** @param {any} python @param {(program: string) => void} run @param {CheckedProgram} program @returns {CheckedResult} */
function check(python, run, program) {
  for (const { name, content } of program.files) python.FS.writeFile(name, Uint8Array.fromBase64(content));
  recording.begin(program.input);
  ended = [];
  run(JSON.stringify(program));
  const { starved, cut } = recording;
  return { starved, cut, ended };
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
      port.postMessage({ type: "crashed", number, reason: crash || String(/** @type {Error} */ (error).message), output, said });
      return;
    }
  }
  port.postMessage({ type: "finished", reusable: !touched && checkpoint.restore() });
});
