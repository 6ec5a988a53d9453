// @ts-check
/**
 * Runs the blocks that a build checks: `node checker.mjs BUNDLE MEMORY`. A line on standard input is a session, a JSON array of
 * its programs; lines on standard output say what came of it (`Report`), the last has the type "finished" or says why it stops. The
 * first line of all says that an interpreter is ready.
 *
 * Python runs in a thread of its own (`check-worker.mjs`). This one watches its time, its memory and what it says, and replaces it
 * where a session has used it up.
 */
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { SIGINT } from "../protocol.js";
import { FOLDER } from "../site-packages.js";
import { startGuest, watchMemory } from "./guest.mjs";
import { isCrash, isEnd } from "./reports.mjs";

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
 * @typedef {{type: "ready"}} ReadyReport
 * @typedef {{type: "ended", number: number, result: CheckedResult, late: boolean}} EndedReport      `late`: it was stopped, for it took too long
 * @typedef {{type: "crashed", number: number, reason: string, output: Entry[], reused: boolean}} CrashedReport
 * @typedef {{type: "killed", number: number, reason: "time" | "memory"}} KilledReport  the interpreter had to be ended
 * @typedef {{type: "failed", reason: string}} FailedReport              no interpreter could be started
 * @typedef {{type: "finished"}} FinishedReport
 * @typedef {ReadyReport | EndedReport | CrashedReport | KilledReport | FailedReport | FinishedReport} Report
 */

/** How long a program that was stopped may take to end, in ms. */
const GRACE = 2000;
/** How long a start may take, in ms. */
const START = 120_000;
/** How long a thread may take to end, in ms, before the whole process does. */
const END = 20_000;

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
    this.#worker = startGuest(workerData);
    this.#worker.on("message", (message) => this.#receive(message));
    const gone = (/** @type {string} */ reason) => this.#receive({ type: "gone", reason });
    this.#worker.on("error", (error) => gone(String(error?.message ?? error)));
    this.#worker.on("exit", (status) => gone(`its thread ended (${status})`));
    this.ready = new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("it takes too long")), START);
      this.#receive = (message) => {
        clearTimeout(late);
        if (message?.type === "ready") resolve(undefined);
        else reject(new Error(String(message?.reason)));
      };
    });
    this.ready.catch(() => {});
  }

  /**
   * Each program has its time from the moment at which the one before it has ended: nothing that the thread says changes that.
   * @param {CheckedProgram[]} programs
   * @param {(report: Report) => void} report
   * @returns {Promise<boolean>} can it run another session?
   */
  run(programs, report) {
    let number = 0, late = false;
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const { promise, resolve } = /** @type {PromiseWithResolvers<boolean>} */ (Promise.withResolvers());
    const kill = (/** @type {"time" | "memory"} */ reason) => {
      report({ type: "killed", number, reason });
      resolve(false);
    };
    const crashed = (/** @type {string} */ reason, /** @type {Entry[]} */ output = []) => {
      report({ type: "crashed", number, reason, output, reused: this.#reused });
      resolve(false);
    };
    const begin = () => {
      late = false;
      timer = setTimeout(() => {
        late = true;
        this.#interrupt();
        timer = setTimeout(() => kill("time"), GRACE);
      }, (programs[number]?.seconds ?? 0) * 1000);
    };
    const unwatch = watchMemory(memory, () => kill("memory"));
    this.#receive = (message) => {
      clearTimeout(timer);
      if (number < programs.length && isEnd(message, number, programs[number])) {
        report({ type: "ended", number, result: message.result, late });
        number++;
        begin();
      } else if (message?.type === "finished" && number === programs.length) {
        this.libraries = Array.from(message.libraries ?? [], String).filter((path) => path.startsWith(FOLDER));
        resolve(message.reusable === true);
      } else if (number === programs.length) resolve(false); // what happens after the last program's end is nothing of its doing
      else if (isCrash(message, number)) crashed(message.reason, message.output);
      else if (message?.type === "gone") crashed(`The interpreter crashed: ${message.reason}`);
      else crashed("The interpreter said what it never says");
    };
    begin();
    this.#worker.postMessage(programs);
    return promise.finally(() => {
      clearTimeout(timer);
      unwatch();
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
    const late = setTimeout(() => process.exit(1), END);
    await this.#worker.terminate();
    clearTimeout(late);
  }
}

/** @param {Report} report */
const say = (report) => void process.stdout.write(`${JSON.stringify(report)}\n`);

/** What sessions have loaded so far. @type {string[]} */
let libraries = [];
/** @type {Interpreter | null} */
let interpreter = new Interpreter(libraries);
try {
  await interpreter.ready;
  say({ type: "ready" });
} catch (error) {
  say({ type: "failed", reason: /** @type {Error} */ (error).message });
  process.exit(1);
}
const lines = createInterface({ input: process.stdin });
// Whoever asked is gone.
lines.on("close", () => process.exit(0));
for await (const line of lines) {
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
