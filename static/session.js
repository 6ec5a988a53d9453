// @ts-check
/**
 * One interpreter and the blocks it serves: starts it, gives it one block after the other, and stops it, gently first.
 */
import { RestartHost } from "./channel/restart.js";
import { SharedMemoryHost } from "./channel/shared-memory.js";
import { Console } from "./console.js";
import * as history from "./history.js";
import { SIGINT, unreachable } from "./protocol.js";
import { Terminal } from "./terminal.js";
import { takeWorker } from "./worker-ahead.js";

/** @import { Block } from "./block.js" */
/** @import { Reader } from "./console.js" */
/** @import { Program, WorkerMessage } from "./protocol.js" */

/** How long a stop may take, in ms, before the reader is told. */
const STOP_PATIENCE = 1000;
const NOT_ISOLATED =
  "On this site input() meets an end of file, there is no prompt, and Stop restarts Python: the server does not send the headers that isolate a page.";

export class Session {
  #setup;
  /** @type {Worker | null} */ #worker = null;
  /** @type {Console | null} */ #console = null;
  /** @type {Promise<void> | null} resolves once the interpreter is ready */ #starting = null;
  #terminal;
  /** The block that runs, or that ran last and has the prompt. @type {Block | null} */ #block = null;
  /** Blocks that wait for their turn. @type {Block[]} */ #queue = [];
  #busy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #patience;

  /** @param {Program[]} setup  run before the first block of each namespace */
  constructor(setup) {
    this.#setup = setup;
    this.#terminal = new Terminal({
      type: (bytes) => this.#console?.type(bytes),
      resize: (columns, rows) => this.#console?.resize(columns, rows),
      prompting: () => this.#console?.prompting ?? false,
      full: (lines) => {
        if (this.#block) this.#block.status = `Of the output only the last ${lines.toLocaleString()} lines are kept.`;
      },
    });
  }

  /** Run a block, when those before it have ended.  @param {Block} block */
  async run(block) {
    if (this.#busy) {
      this.#queue.push(block);
      block.status = "Waiting for another block of this page to finish.";
      return;
    }
    this.#busy = true;
    const fresh = !this.#console, console = this.#start(block);
    // The screen is made while the interpreter loads.
    if (fresh) this.#show(block);
    // Once stopped, this attempt has no say: the next may already be on its way.
    const stopped = () => this.#console !== console;
    try {
      await this.#starting;
    } catch (error) {
      if (stopped()) return;
      this.#terminal.detach();
      this.#fail(block, `Python could not be started: ${/** @type {Error} */ (error).message}. Press Run to try again.`);
      return;
    }
    if (stopped()) return;
    await console.detach();
    if (stopped()) return;
    if (!fresh) this.#show(block);
    block.status = console.channel.canSignal ? "" : NOT_ISOLATED;
    this.#post({ type: "run", program: block.program, namespace: block.namespace, setup: this.#setup, files: block.files });
  }

  /**
   * Stop a block: an interrupt; pressed again, a new interpreter.
   * @param {Block} block
   */
  stop(block) {
    if (this.#queue.includes(block)) {
      this.#queue = this.#queue.filter((other) => other !== block);
      block.state = "stopped";
      block.status = "";
    } else if (block.state === "loading") {
      block.state = "idle";
      block.status = "";
      this.#terminal.detach();
      this.#end();
    } else if (this.#patience || !this.#console?.channel.canSignal) {
      block.state = "stopped";
      block.status = "Python was restarted: the variables are gone.";
      this.#end();
    } else {
      this.#console.signal(SIGINT);
      this.#patience = setTimeout(() => {
        block.status = "Python does not answer: it is inside one long operation. Press Stop again to restart it; the variables will be gone.";
      }, STOP_PATIENCE);
    }
  }

  /** Forget what the block did: its output, and its namespace's variables.  @param {Block} block */
  async reset(block) {
    if (this.#block === block) {
      if (this.#busy) this.#end();
      else await this.#console?.detach();
      this.#terminal.detach();
      this.#block = null;
    }
    this.#queue = this.#queue.filter((other) => other !== block);
    this.#post({ type: "forget", namespace: block.namespace });
    block.part("terminal").replaceChildren();
    block.part("terminal").hidden = true;
    block.part("transcript").replaceChildren();
  }

  // ── the interpreter ────────────────────────────────────────────────────────────────────────────────────────────────
  /** @param {Block} block  shows the progress @returns {Console} of the interpreter that is ready once `#starting` is */
  #start(block) {
    this.#block ??= block;
    this.#progressFor = block;
    if (!this.#console) {
      const isolated = globalThis.crossOriginIsolated && typeof SharedArrayBuffer === "function";
      this.#console = new Console(isolated ? SharedMemoryHost : RestartHost, {
        output: (bytes) => this.#output(bytes),
        settled: () => this.#terminal.settled(),
        waiting: (reader) => this.#waiting(reader),
        message: (message) => this.#message(message),
      });
      this.#console.resize(...this.#terminal.sizeIn(block.part("terminal")));
      this.#starting = this.#boot(this.#console);
    }
    block.tier = this.#console.channel.init.tier;
    return this.#console;
  }

  /** @type {Block | null} */ #progressFor = null;
  /** @type {{resolve: () => void, reject: (error: Error) => void} | null} */ #ready = null;

  /** @param {Console} console */
  async #boot(console) {
    const { worker, failed } = takeWorker();
    this.#worker = worker;
    const ready = new Promise((resolve, reject) => {
      this.#ready = { resolve: () => resolve(undefined), reject };
      failed.catch(reject);
    });
    worker.addEventListener("message", ({ data }) => {
      if (this.#worker === worker) console.channel.receive(data);
    });
    this.#post({ type: "boot", channel: console.channel.init, environment: {}, history: history.load() });
    await ready;
  }

  /** @param {import("./protocol.js").PageMessage} message */
  #post(message) {
    this.#worker?.postMessage(message);
  }

  /** Throw the interpreter away and go on with what waits. */
  #end() {
    this.#worker?.terminate();
    this.#worker = this.#console = this.#starting = null;
    this.#ready?.reject(new Error("stopped"));
    this.#idle();
  }

  /** Nothing runs: the next block's turn. */
  #idle() {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#busy = false;
    const next = this.#queue.shift();
    if (next) void this.run(next);
  }

  // ── what the worker says ───────────────────────────────────────────────────────────────────────────────────────────
  /** @param {Uint8Array} bytes */
  async #output(bytes) {
    const block = this.#block;
    await this.#terminal.write(bytes);
    block?.element.dispatchEvent(new CustomEvent("emrun:output", { bubbles: true, detail: { bytes } }));
  }

  /** @param {Reader} reader */
  async #waiting(reader) {
    const block = this.#block, console = this.#console;
    await this.#terminal.settled();
    if (!block || !console || reader !== console.reader) return;
    if (reader === "program") {
      this.#terminal.sync();
      block.state = "input";
      this.#terminal.focusIfWithin(block.element);
    } else if (reader === null && block.state === "input") {
      block.state = "running";
    }
  }

  /** @param {WorkerMessage} message */
  #message(message) {
    const block = this.#block;
    switch (message.type) {
      case "progress":
        if (this.#progressFor?.state === "loading") this.#progressFor.status = progress(message.loaded, message.total);
        return;
      case "ready":
        return this.#ready?.resolve();
      case "started":
        this.#busy = true;
        if (block) block.state = "running";
        return;
      case "typed":
        return history.add(message.statement);
      case "finished":
        this.#terminal.sync();
        this.#terminal.freshLine();
        if (block) {
          if (this.#patience || message.status) block.status = message.status ? `The program ended with exit status ${message.status}.` : "";
          block.state = message.outcome;
        }
        return this.#idle();
      case "detached":
        if (message.exited && block) {
          block.status = "The session has ended. Run starts a new one.";
          this.#idle();
        }
        return;
      case "failed":
        if (!block || block.state === "loading") return this.#ready?.reject(new Error(message.reason));
        return this.#fail(block, `This did not work: ${message.reason}. Press Run to try again.`);
      case "crashed":
        if (block) {
          void this.#terminal.write(new TextEncoder().encode(`\r\n${message.traceback.replaceAll("\n", "\r\n")}\r\n`));
          void Promise.resolve(this.#terminal.settled()).then(() => this.#terminal.sync());
          this.#fail(block, `The interpreter crashed: ${message.reason}. Run starts a new one.`);
        }
        return;
      default:
        return unreachable(message);
    }
  }

  /** @param {Block} block @param {string} reason */
  #fail(block, reason) {
    block.state = "crashed";
    block.status = reason;
    this.#end();
  }

  /** The terminal moves under `block`; where it was, its text stays.  @param {Block} block */
  #show(block) {
    this.#terminal.attach(block.part("terminal"), block.part("transcript"));
    this.#block = block;
  }
}

/** @param {number} loaded @param {number} total  bytes */
function progress(loaded, total) {
  const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);
  return loaded < total ? `Loading Python: ${megabytes(loaded)} of ${megabytes(total)} MB` : "Starting Python…";
}
