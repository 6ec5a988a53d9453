// @ts-check
/**
 * A page's part under Node: starts `worker.js` of a bundle in a worker thread, with a terminal that a program drives. The build
 * tries each bundle with it, and so do the tests.
 */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { Console } from "../console.js";
import { SharedMemoryHost } from "../channel/shared-memory.js";
import { startGuest } from "./guest.mjs";

/** @import { Worker } from "node:worker_threads" */
/** @import { Program, WorkerMessage } from "../protocol.js" */

/** A session whose screen is a string. */
export class NodeSession {
  /** It began from the bundle's snapshot. */
  restored = false;
  /** All that reached the screen. */
  screen = "";
  /** The same, as it came. @type {Uint8Array[]} */
  shown = [];
  /** @type {WorkerMessage[]} */
  messages = [];
  #decoder = new TextDecoder();
  /** @type {(() => void)[]} */
  #watchers = [];
  /** @type {Console} */ console;
  /** @type {Worker} */ worker;

  /** @param {Console} console @param {Worker} worker */
  constructor(console, worker) {
    this.console = console;
    this.worker = worker;
  }

  /**
   * @param {string} folder  a bundle's
   * @param {{columns?: number, rows?: number, history?: string[], fenced?: boolean}} [options]  `fenced`: Python cannot reach JavaScript
   * @returns {Promise<NodeSession>} once the interpreter is ready
   * @throws what the worker says went wrong
   */
  static async start(folder, { columns = 80, rows = 24, history = /** @type {string[]} */ ([]), fenced = false } = {}) {
    const base = pathToFileURL(folder).href.replace(/\/?$/, "/");
    const manifest = JSON.parse(await readFile(new URL("manifest.json", base), "utf8"));
    const worker = startGuest({ base, fence: fenced && (manifest.snapshot ? "at once" : "at the first program") });
    /** @type {NodeSession} */
    let session;
    const console = new Console((events) => new SharedMemoryHost(events), {
      output: async (bytes) => session.#show(bytes),
      settled: () => {},
      interrupted: () => {},
      waiting: () => session.#notify(),
      message: (message) => {
        session.messages.push(message);
        session.#notify();
      },
    });
    session = new NodeSession(console, worker);
    console.resize(columns, rows);
    worker.on("message", (data) => console.channel.receive(data));
    worker.on("error", (error) => console.channel.receive({ type: "failed", reason: error.message }));
    worker.postMessage({ type: "load", base, manifest, fresh: [], cached: true });
    worker.postMessage({ type: "boot", channel: console.channel.init, environment: {}, history });
    const answer = await session.until((s) => s.messages.find(({ type }) => type === "ready" || type === "failed"), "a start");
    if (answer.type === "failed") {
      await session.close();
      throw new Error(answer.reason);
    }
    session.restored = answer.type === "ready" && answer.restored;
    return session;
  }

  /**
   * Run a program; its output and messages are the only ones kept.
   * @param {Partial<Program> & {source: string}} program
   * @param {{namespace?: string, setup?: Program[]}} [options]
   */
  async run(program, { namespace = "", setup = [] } = {}) {
    await this.console.detach();
    this.clear();
    this.worker.postMessage({ type: "run", program: { kind: "script", filename: "<example>", ...program }, namespace, setup, files: [], input: "" });
  }

  /** Forget what was shown and said. */
  clear() {
    this.messages = [];
    this.screen = "";
    this.shown = [];
  }

  /** Run a program to its end.  @param {Partial<Program> & {source: string}} program @param {{namespace?: string, setup?: Program[]}} [options] */
  async finish(program, options) {
    await this.run(program, options);
    return this.finished();
  }

  /** The end of what runs. */
  finished() {
    return /** @type {Promise<any>} */ (this.until((s) => s.messages.find(({ type }) => type === "finished" || type === "crashed" || type === "failed"), "an end"));
  }

  /** @param {string} text  typed on the keyboard */
  type(text) {
    this.console.type(new TextEncoder().encode(text));
  }

  /**
   * @template T
   * @param {(session: NodeSession) => T | undefined | false | null} condition
   * @param {string} what  named when it does not come
   * @param {number} [seconds]
   * @returns {Promise<T>}
   */
  until(condition, what, seconds = 30) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ${what} within ${seconds} s; the screen: ${JSON.stringify(this.screen.slice(-500))}`)), seconds * 1000);
      const look = () => {
        const value = condition(this);
        if (!value) return;
        clearTimeout(late);
        this.#watchers = this.#watchers.filter((watcher) => watcher !== look);
        resolve(value);
      };
      this.#watchers.push(look);
      look();
    });
  }

  /** @param {string} text */
  shows(text) {
    return this.until((s) => s.screen.includes(text), JSON.stringify(text));
  }

  async close() {
    await this.worker.terminate();
  }

  /** @param {Uint8Array} bytes */
  #show(bytes) {
    this.shown.push(bytes);
    this.screen += this.#decoder.decode(bytes, { stream: true });
    this.#notify();
  }

  #notify() {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
