// @ts-check
/**
 * The start of an interpreter: a channel, a worker, and limits on the waiting. It begins again where a file came broken, and
 * where a channel turns out not to work.
 */
import { bringLibraries } from "./bring-libraries.js";
import { WORKER, WORKER_URL } from "./bundle.js";
import { chooseChannel, refuse } from "./channel/choose.js";
import { complain } from "./complaint.js";
import { Console } from "./console.js";
import * as history from "./history.js";
import { isMessage } from "./messages.js";
import { SCHEMA } from "./protocol.js";
import { addSteps } from "./steps.js";
import { Thread, keepCompiled } from "./thread.js";
import { Watch, within } from "./watch.js";
import { progress, quietFile, quietStep } from "./words.js";
import { notRun, renewedScript } from "./worker-script.js";

/** @import { ConsoleEvents } from "./console.js" */
/** @import { Manifest, PageMessage, WorkerMessage } from "./protocol.js" */

/** How long Python may take, in seconds, to start once it has arrived: a slow telephone's time, many times over. */
const LIMIT = 180;
/** When, in ms after a start, libraries' code follows: the first program, which may need none, comes first. */
const SOON = 300;

export class Start {
  /** Resolves once the interpreter takes messages; rejects with a sentence without its full stop. @type {Promise<void>} */ ready;
  /** @type {Console | null} */ console = null;
  #manifest;
  /** @type {[columns: number, rows: number]} */ #size;
  #events;
  #say;
  #ended = false;
  /** @type {Thread | null} */ #thread = null;
  /** @type {Watch | undefined} */ #watch;
  /** @type {{resolve: (works: boolean) => void, reject: (error: Error) => void} | null} */ #outcome = null;

  /**
   * @param {Manifest} manifest
   * @param {[columns: number, rows: number]} size
   * @param {ConsoleEvents} events        all but what is said while it starts
   * @param {(text: string) => void} say  a sentence for the reader who waits
   * @param {Thread} [thread]  one that begins to load already
   */
  constructor(manifest, size, events, say, thread) {
    this.#manifest = manifest;
    this.#size = size;
    this.#events = events;
    this.#say = say;
    this.#thread = thread ?? null;
    this.ready = this.#boot([]).catch((error) => this.#bootAgain(error));
  }

  /** @param {PageMessage} message @param {MessagePort[]} [transfer] */
  post(message, transfer = []) {
    this.#thread?.post(message, transfer);
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    this.#size = [columns, rows];
    this.console?.resize(columns, rows);
  }

  /** Throw the interpreter away, started or not. */
  end() {
    this.#ended = true;
    this.#discard();
    this.#outcome?.reject(new Error("stopped"));
  }

  #discard() {
    this.#watch?.stop();
    this.#thread?.end();
    this.console?.channel.close();
    this.#thread = this.console = null;
  }

  /** @param {string[]} fresh  files to fetch past the browser's cache */
  async #boot(fresh) {
    if (this.#manifest.schema !== SCHEMA) throw new Error("the site's files are of two versions: reload the page");
    for (;;) {
      const open = await within(chooseChannel(this.#manifest), "The way to talk to Python", (seconds) => this.#say(quietStep("Python's start", seconds)));
      if (this.#ended) throw new Error("stopped");
      const console = (this.console = new Console(open, { ...this.#events, message: (message) => this.#message(message) }));
      console.resize(...this.#size);
      if (await this.#bootWith(console, fresh)) return;
      refuse(console.channel.init.tier);
      this.#discard();
    }
  }

  /** @param {Console} console @param {string[]} fresh @returns {Promise<boolean>} false: its channel does not work */
  async #bootWith({ channel }, fresh) {
    const script = fresh.includes(WORKER) ? await renewedScript(this.#manifest) : WORKER_URL;
    if (this.#ended) throw new Error("stopped");
    const thread = (this.#thread ??= new Thread(this.#manifest, fresh, script));
    const outcome = /** @type {Promise<boolean>} */ (new Promise((resolve, reject) => (this.#outcome = { resolve, reject })));
    void thread.failed.then((reason) => {
      if (this.#thread !== thread) return;
      if (this.#outcome) this.#outcome.reject(reason ? new Error(reason) : notRun(script));
      else channel.receive({ type: "crashed", reason: `The interpreter's thread has ended${reason && `: ${reason}`}` });
    });
    thread.worker.addEventListener("message", ({ data }) => {
      if (this.#thread !== thread) return;
      if (isMessage(data)) channel.receive(data);
      else complain("Python's thread sent what is no message", data);
    });
    const watch = (this.#watch = new Watch({
      limit: LIMIT,
      quiet: (seconds) => this.#say(quietStep("Python's start", seconds)),
      late: (seconds) => this.#outcome?.reject(new Error(`nothing has happened for ${seconds} seconds`)),
    }));
    const { init, transfer } = channel;
    this.post({ type: "boot", channel: init, environment: {}, history: history.load() }, transfer);
    channel.begin?.((message) => thread.post(message));
    try {
      return await outcome;
    } finally {
      watch.stop();
      this.#outcome = null;
    }
  }

  /**
   * Once more, with the file fetched anew that was to blame: the copy in the browser's cache may be broken.
   * @param {Error & {file?: string}} error
   */
  async #bootAgain(error) {
    if (!error.file || this.#ended) throw error;
    this.#discard();
    this.#say(`${error.message}. It is being loaded again.`);
    await this.#boot([error.file]).catch((again) => {
      // What then fails besides, such as the worker's script without a network, is not where it began.
      throw again.file && (again.file !== WORKER || error.file === WORKER) ? again : error;
    });
  }

  /** @param {WorkerMessage} message */
  #message(message) {
    this.#watch?.sign();
    switch (message.type) {
      case "progress": return this.#say(progress(message.loaded, message.total));
      case "quiet": return this.#say(quietFile(message.name, message.seconds));
      case "ready":
        if (!this.#outcome) return;
        addSteps(message.steps);
        keepCompiled(message.compiled);
        setTimeout(() => this.#thread && void bringLibraries(this.#thread, this.#manifest), SOON);
        return this.#outcome.resolve(true);
      case "unreachable": return this.#outcome?.resolve(false);
      case "failed":
      case "crashed":
        if (this.#outcome) return this.#outcome.reject(Object.assign(new Error(message.reason), "file" in message && { file: message.file }));
        return this.#events.message(message);
      default:
        return this.#events.message(message);
    }
  }
}
