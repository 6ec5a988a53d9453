// @ts-check
/**
 * Runs the blocks that a build checks: `node checker.mjs BUNDLE MEMORY`. A line on standard input is a session, a JSON array of
 * its programs; lines on standard output say what came of it (`Report`), the last has the type "finished" or says why it stops.
 *
 * Python runs in a thread of its own (`check-worker.mjs`). This one watches its time and its memory, and replaces it where a
 * session has used it up.
 */
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { SIGINT } from "../protocol.js";

/** @import { Entry } from "./recording.mjs" */
/**
 * @typedef {object} CheckedProgram
 * @property {"script" | "transcript" | "module"} kind   "module": a module's name is its source
 * @property {string} source
 * @property {([source: string, raises: boolean, awaits: boolean] | null)[]} statements   a transcript's (`transcript.py`); null for one that is not run
 * @property {string} filename
 * @property {string} namespace
 * @property {string} module                   what the namespace is called; "": it has no name
 * @property {boolean} setup                   where it fails, nothing else runs in its namespace
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
 * @property {boolean} run                     false: it was not run, by a wish or since its setup failed
 * @property {Entry[]} output
 *
 * @typedef {{starved: boolean, cut: boolean, seconds: number, ended: Ended[]}} CheckedResult
 */
/**
 * @typedef {{type: "ended", number: number, result: CheckedResult, late: boolean}} EndedReport      `late`: it was stopped, for it took too long
 * @typedef {{type: "crashed", number: number, reason: string, output: Entry[], reused: boolean}} CrashedReport
 * @typedef {{type: "killed", number: number, reason: "time" | "memory"}} KilledReport  the interpreter had to be ended
 * @typedef {{type: "failed", reason: string}} FailedReport              no interpreter could be started
 * @typedef {{type: "finished"}} FinishedReport
 * @typedef {EndedReport | CrashedReport | KilledReport | FailedReport | FinishedReport} Report
 */

/** How long a program that was stopped may take to end, in ms. */
const GRACE = 2000;
const WATCH_MS = 50;
/** What Node and the interpreter itself need, in bytes, beside a program's memory. */
const OVERHEAD = 700 * 2 ** 20;

const [folder, limit] = process.argv.slice(2);
const base = pathToFileURL(folder).href.replace(/\/?$/, "/"), memory = Number(limit);
const ENTRY = new URL("check-worker.mjs", import.meta.url).href;

/** One interpreter's thread. */
class Interpreter {
  #signals = new Int32Array(new SharedArrayBuffer(4));
  #worker;
  #reused = false;
  /** @type {(message: any) => void} */ #receive = () => {};
  ready;

  /** @param {string[]} libraries  to be loaded at its start */
  constructor(libraries) {
    this.libraries = libraries;
    const workerData = { base, entry: ENTRY, memory, signals: this.#signals.buffer, libraries };
    // What it writes on the console must not get between the reports.
    this.#worker = new Worker(new URL("environment.mjs", import.meta.url), { workerData, env: {}, stdout: true, stderr: true });
    this.#worker.on("message", (message) => this.#receive(message));
    const gone = (/** @type {string} */ reason) => this.#receive({ type: "gone", reason });
    this.#worker.on("error", (error) => gone(String(error?.message ?? error)));
    this.#worker.on("exit", (status) => gone(`its thread ended (${status})`));
    this.ready = new Promise((resolve, reject) => {
      this.#receive = (message) => (message.type === "ready" ? resolve(undefined) : reject(new Error(message.reason)));
    });
    this.ready.catch(() => {});
  }

  /**
   * @param {CheckedProgram[]} programs
   * @param {(report: Report) => void} report
   * @returns {Promise<boolean>} can it run another session?
   */
  run(programs, report) {
    let number = 0, late = false, over = false;
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const { promise, resolve } = /** @type {PromiseWithResolvers<boolean>} */ (Promise.withResolvers());
    const kill = (/** @type {"time" | "memory"} */ reason) => {
      report({ type: "killed", number, reason });
      resolve(false);
    };
    const watch = setInterval(() => process.memoryUsage.rss() > memory + OVERHEAD && kill("memory"), WATCH_MS);
    this.#receive = (message) => {
      clearTimeout(timer);
      switch (message.type) {
        case "started":
          ({ number } = message);
          late = false;
          timer = setTimeout(() => {
            late = true;
            this.#interrupt();
            timer = setTimeout(() => kill("time"), GRACE);
          }, message.seconds * 1000);
          return;
        case "ended":
          over = number === programs.length - 1;
          return report({ ...message, late });
        case "finished":
          this.libraries = message.libraries;
          return resolve(message.reusable);
        case "crashed":
          report({ ...message, reused: this.#reused });
          return resolve(false);
        case "gone":
          // What happens after the last program's end is nothing of its doing.
          if (!over) report({ type: "crashed", number, reason: `The interpreter crashed: ${message.reason}`, output: [], reused: this.#reused });
          return resolve(false);
      }
    };
    this.#worker.postMessage(programs);
    return promise.finally(() => {
      clearTimeout(timer);
      clearInterval(watch);
      this.#receive = () => {};
      this.#reused = true;
    });
  }

  #interrupt() {
    Atomics.store(this.#signals, 0, SIGINT);
    Atomics.notify(this.#signals, 0);
  }

  async end() {
    this.#receive = () => {};
    await this.#worker.terminate();
  }
}

/** @param {Report} report */
const say = (report) => void process.stdout.write(`${JSON.stringify(report)}\n`);

/** @type {Interpreter | null} */
let interpreter = new Interpreter([]);
/** What sessions have loaded so far. @type {string[]} */
let libraries = [];
for await (const line of createInterface({ input: process.stdin })) {
  interpreter ??= new Interpreter(libraries);
  try {
    await interpreter.ready;
  } catch (error) {
    say({ type: "failed", reason: /** @type {Error} */ (error).message });
    break;
  }
  if (!(await interpreter.run(JSON.parse(line), say))) {
    await interpreter.end();
    libraries = [...new Set([...libraries, ...interpreter.libraries])];
    interpreter = null;
  }
  say({ type: "finished" });
}
process.exit(0);
