// @ts-check
/**
 * One interpreter and the blocks it serves: gives it one block after the other, says under each what becomes of it, and stops it, gently first.
 */
import { Drawing, eraseDrawing } from "./drawing.js";
import { Engine } from "./engine.js";
import * as history from "./history.js";
import { offerLink, withdrawLinks } from "./link.js";
import { SIGINT, unreachable } from "./protocol.js";
import { remember } from "./returning.js";
import { askForInput, forgetInput, suppliedInput } from "./supplied-input.js";
import { Terminal } from "./terminal.js";

/** @import { Block } from "./block.js" */
/** @import { Reader } from "./console.js" */
/** @import { Manifest, Program, WorkerMessage } from "./protocol.js" */
/** @import { Thread } from "./thread.js" */

/** How long a stop may take, in ms, before the reader is told. */
const STOP_PATIENCE = 1000;
const NOT_WAITING =
  "In this browser, on this site, Python cannot wait for you: input() reads what you fill in beforehand, there is no prompt, and Stop restarts Python.";
const ASLEEP = "Python was put to sleep while this page was hidden, to free memory: the variables are gone. Run starts it again.";
const STARVED = "The program asked for input, and there was no more: fill in the field and press Run.";

/**
 * @typedef {object} HiddenCode
 * @property {Element} element   where it stands
 * @property {boolean} here      it runs before the blocks that follow; otherwise, before every block
 * @property {string} docstring  the one that it stands in; "" for none
 * @property {Program} program
 */

export class Session {
  #setup;
  /** @type {Engine} */ #engine;
  /** @type {Terminal} */ #terminal;
  /** The block that runs, or that ran last and has the prompt. @type {Block | null} */ #block = null;
  /** What turtles draw. */ #drawing = new Drawing();
  /** Blocks that wait for their turn. @type {Block[]} */ #queue = [];
  #busy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #patience;

  /**
   * @param {HiddenCode[]} setup
   * @param {Manifest} manifest
   * @param {Thread} thread  begins to load already
   */
  constructor(setup, manifest, thread) {
    this.#setup = setup;
    this.#engine = new Engine(manifest, thread, {
      output: (bytes) => this.#output(bytes),
      settled: () => this.#terminal.settled(),
      interrupted: () => this.#terminal.interrupted(),
      waiting: (reader) => this.#waiting(reader),
      message: (message) => this.#message(message),
    });
    this.#terminal = new Terminal({
      type: (bytes) => this.#console?.type(bytes),
      resize: (columns, rows) => this.#engine.resize(columns, rows),
      prompting: () => this.#console?.prompting ?? false,
      full: (lines) => {
        // Once it was stopped for good, the block says that.
        if (this.#block && this.#engine.wanted) this.#block.status = `Of the output only the last ${lines.toLocaleString()} lines are kept.`;
      },
    });
  }

  /** Start the interpreter for a block that is about to be run. Where that fails, the run tries again.  @param {Block} block */
  prepare(block) {
    this.#engine.prepare(() => this.#sizeIn(block));
  }

  /** End an interpreter that has not been used, and so holds nothing of the reader's. */
  release() {
    this.#engine.release();
  }

  /** Let go of the interpreter, where nothing runs, to free its memory. */
  sleep() {
    if (!this.#engine.wanted || this.#busy || this.#block?.state === "input") return;
    const block = this.#block;
    this.#end();
    if (block) block.status = ASLEEP;
  }

  /** Run a block, when those before it have ended.  @param {Block} block */
  async run(block) {
    if (this.#busy) {
      this.#queue.push(block);
      block.status = "Waiting for another block of this page to finish.";
      return;
    }
    this.#busy = true;
    this.#block ??= block;
    const first = !this.#engine.serving, { ready, current } = this.#engine.serve(block, () => this.#sizeIn(block));
    // The screen is made while the interpreter loads.
    if (first) this.#show(block);
    try {
      await ready;
    } catch (error) {
      if (!current()) return;
      this.#terminal.detach();
      this.#fail(block, `Python could not be started: ${/** @type {Error} */ (error).message}. Press Run to try again.`);
      return;
    }
    if (!current()) return;
    this.#engine.watch();
    await this.#console?.detach();
    if (!current()) return;
    if (this.#console) block.tier = this.#console.channel.init.tier;
    if (!first) this.#show(block);
    block.status = this.#console?.channel.canSignal ? "" : NOT_WAITING;
    withdrawLinks(block.element);
    eraseDrawing(block.element);
    this.#engine.post({ type: "run", program: block.program, namespace: block.namespace, setup: this.#before(block), files: block.files, input: suppliedInput(block.element) });
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
    this.#engine.post({ type: "forget", namespace: block.namespace });
    forgetInput(block.element);
    withdrawLinks(block.element);
    eraseDrawing(block.element);
    block.part("terminal").replaceChildren();
    block.part("terminal").hidden = true;
    block.part("transcript").replaceChildren();
  }

  // ── the interpreter ────────────────────────────────────────────────────────────────────────────────────────────────
  get #console() {
    return this.#engine.console;
  }

  /**
   * The hidden code that a block needs. What stands on the page or in a docstring is for the variables there, which an isolated
   * block does not have; what a docstring has for every block is also for the docstrings of its object's parts.
   * @param {Block} block
   * @returns {Program[]} each begins with what an earlier block of the page needs
   */
  #before(block) {
    const within = (/** @type {string} */ docstring) => !docstring || `${block.docstring}.`.startsWith(`${docstring}.`);
    const stands = (/** @type {Element} */ element) => element.compareDocumentPosition(block.element) & Node.DOCUMENT_POSITION_FOLLOWING;
    const needed = (/** @type {HiddenCode} */ { element, here, docstring }) => (here ? block.namespace === docstring && stands(element) : within(docstring));
    return this.#setup.filter(needed).map(({ program }) => program);
  }

  /** @param {Block} block  whose terminal has the size that others have, too */
  #sizeIn(block) {
    return this.#terminal.sizeIn(block.part("terminal"));
  }

  /** Throw the interpreter away and go on with what waits. */
  #end() {
    this.#engine.discard();
    this.#idle();
  }

  /** Nothing runs: the next block's turn. */
  #idle() {
    this.#engine.unwatch();
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
      case "quiet":
      case "ready":
      case "unreachable":
        return; // the start's
      case "started":
        remember();
        this.#engine.unwatch();
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
      case "drawing":
        if (!block) return;
        this.#drawing.under(block.element, block.part("terminal"));
        return this.#drawing.command(message.command);
      case "offered":
        if (block) offerLink(block.part("status"), message.url);
        return;
      case "starved":
        if (block) {
          askForInput(block.element);
          block.status = STARVED;
        }
        return;
      case "detached":
        if (message.exited && block) {
          block.status = "The session has ended. Run starts a new one.";
          this.#idle();
        }
        return;
      case "failed":
        if (block) this.#fail(block, `This did not work: ${message.reason}. Press Run to try again.`);
        return;
      case "crashed":
        if (block) {
          this.#terminal.sync();
          this.#terminal.freshLine();
          this.#abandonQueue();
          this.#fail(block, `${message.reason}. Run starts a new one: the code stays as it is, the variables are gone.`);
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

  /** What waits counts on variables that are gone. */
  #abandonQueue() {
    for (const block of this.#queue.splice(0)) {
      block.state = "stopped";
      block.status = "It was not run, for a block before it ended the interpreter: the variables are gone. Run starts a new one.";
    }
  }

  /** The terminal moves under `block`; where it was, its text stays.  @param {Block} block */
  #show(block) {
    this.#terminal.attach(block.part("terminal"), block.part("transcript"));
    this.#block = block;
  }
}
