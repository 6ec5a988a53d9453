// @ts-check
/**
 * One interpreter and the blocks it serves. Presses and the worker's messages become events of the session's state machine (`turns.js`);
 * what that wants done is done here.
 */
import { complain } from "./complaint.js";
import { Drawing, eraseDrawing } from "./drawing.js";
import { Engine } from "./engine.js";
import * as history from "./history.js";
import { offerLink, withdrawLinks } from "./link.js";
import { SIGINT } from "./protocol.js";
import { remember } from "./returning.js";
import { askForInput, forgetInput, suppliedInput } from "./supplied-input.js";
import { Terminal } from "./terminal.js";
import { INITIAL, serves, transition } from "./turns.js";
import { Watch } from "./watch.js";
import { STARVED, onlyTheLast, quietStep } from "./words.js";

/** @import { Block } from "./block.js" */
/** @import { Manifest, Program, WorkerMessage } from "./protocol.js" */
/** @import { Thread } from "./thread.js" */
/** @import { Effect, Event, Phase, State } from "./turns.js" */

/** How long a stop may take, in ms, before the reader is told. */
const STOP_PATIENCE = 1000;
/** What is waited for in a phase, where the wait has a limit of its own. @type {Partial<Record<Phase, string>>} */
const WAITS = { sent: "The program's start", leaving: "The end of the prompt" };

/**
 * @typedef {object} HiddenCode
 * @property {Element} element   where it stands
 * @property {boolean} here      it runs before the blocks that follow; otherwise, before every block
 * @property {string} docstring  where it stands in one: only that one's namespace, and those within it, need it
 * @property {Program} program
 */

export class Session {
  #setup;
  /** @type {Engine} */ #engine;
  /** @type {Terminal} */ #terminal;
  /** @type {State<Block>} */ #state = INITIAL;
  /** What has happened: the first is being dealt with. @type {Event<Block>[]} */ #events = [];
  /** What turtles draw. */ #drawing = new Drawing();
  /** Of what WAITS names. @type {Watch | undefined} */ #watch;
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
      waiting: (start, reader) => this.#waiting(start, reader === "program"),
      event: (event) => {
        this.#watch?.sign();
        this.#happens(event);
      },
    });
    this.#terminal = new Terminal({
      type: (bytes) => this.#engine.console?.type(bytes),
      resize: (columns, rows) => this.#engine.resize(columns, rows),
      prompting: () => this.#engine.console?.prompting ?? false,
      full: (lines) => {
        const { shown, phase } = this.#state;
        // Once it was stopped for good, the block says that.
        if (shown && phase !== "none") shown.status = onlyTheLast(lines);
      },
    });
  }

  /** Start the interpreter for a block that is about to be run. Where that fails, the run tries again.  @param {Block} block */
  prepare(block) {
    this.#happens({ type: "prepare", block });
  }

  /** End an interpreter that has not been used, and so holds nothing of the reader's. */
  release() {
    this.#happens({ type: "release" });
  }

  /** Let go of the interpreter, where nothing runs, to free its memory. */
  sleep() {
    this.#happens({ type: "sleep" });
  }

  /** Run a block, when those before it have ended.  @param {Block} block */
  run(block) {
    this.#happens({ type: "run", block });
  }

  /**
   * Stop a block: an interrupt; pressed again, a new interpreter.
   * @param {Block} block
   * @returns {boolean} was there something to be stopped?
   */
  stop(block) {
    const served = serves(this.#state, block);
    this.#happens({ type: "stop", block });
    return served;
  }

  /** Forget what the block did: its output, and its namespace's variables.  @param {Block} block */
  reset(block) {
    this.#happens({ type: "reset", block });
  }

  // ── the state machine ──────────────────────────────────────────────────────────────────────────────────────────────
  /** One event after the other: a page's own script may press a button when it is told of a block's state.  @param {Event<Block>} event */
  #happens(event) {
    if (this.#events.push(event) > 1) return;
    for (let next; (next = this.#events[0]); this.#events.shift()) {
      const before = this.#state, { state, effects } = transition(before, next);
      this.#state = state;
      for (const effect of effects) {
        try {
          this.#do(effect);
        } catch (error) {
          // A program's drawing that is none, or a page that has taken the block apart, must not keep the others from running.
          complain(`"${effect.do}" has failed`, error);
        }
      }
      this.#keepTime(before);
    }
  }

  /** @param {State<Block>} before */
  #keepTime({ phase, stopping }) {
    const state = this.#state;
    if (state.phase !== phase) this.#watchOver(WAITS[state.phase]);
    if (state.stopping === stopping) return;
    clearTimeout(this.#patience);
    if (state.stopping) this.#patience = setTimeout(() => this.#happens({ type: "unheard", start: state.start }), STOP_PATIENCE);
  }

  /** @param {string | undefined} wait */
  #watchOver(wait) {
    const { start } = this.#state;
    this.#watch?.stop();
    this.#watch = wait === undefined ? undefined : new Watch({
      quiet: (seconds) => this.#happens({ type: "told", start, text: quietStep(wait, seconds) }),
      late: (seconds) => this.#happens({ type: "late", start, seconds }),
    });
  }

  /** @param {Effect<Block>} effect */
  #do(effect) {
    switch (effect.do) {
      case "begin": return this.#engine.begin(this.#state.start, this.#terminal.sizeIn(effect.block.part("terminal")));
      case "end": return this.#engine.end();
      case "release": return this.#engine.release();
      case "show": return this.#terminal.attach(effect.block.part("terminal"), effect.block.part("transcript"));
      case "hide": return this.#terminal.detach();
      case "send": return this.#send(effect.block);
      case "leave": return void this.#engine.console?.detach();
      case "forget": return this.#engine.post({ type: "forget", namespace: effect.block.namespace });
      case "clear": return clear(effect.block);
      case "interrupt": return this.#engine.console?.signal(SIGINT);
      case "settle":
        this.#terminal.sync();
        return this.#terminal.freshLine();
      case "began": return remember();
      case "say":
        if (effect.status !== undefined) effect.block.status = effect.status;
        if (effect.state) effect.block.state = effect.state;
        return;
      case "pass": return this.#about(effect.block, effect.message);
    }
  }

  /** @param {Block} block */
  #send(block) {
    if (this.#engine.console) block.tier = this.#engine.console.channel.init.tier;
    withdrawLinks(block.element);
    eraseDrawing(block.element);
    this.#engine.post({ type: "run", program: block.program, namespace: block.namespace, setup: this.#before(block), files: block.files, input: suppliedInput(block.element) });
  }

  /**
   * The hidden code that a block needs. What stands on the page is for the variables of the page, or of the docstring, where it stands.
   * @param {Block} block
   * @returns {Program[]} each begins with what an earlier block of the namespace needs
   */
  #before(block) {
    const stands = (/** @type {Element} */ element) => element.compareDocumentPosition(block.element) & Node.DOCUMENT_POSITION_FOLLOWING;
    const within = (/** @type {string} */ docstring) => !docstring || `${block.docstring}.`.startsWith(`${docstring}.`);
    return this.#setup
      .filter(({ element, here, docstring }) => (here ? block.namespace === docstring && stands(element) : within(docstring)))
      .map(({ program }) => program);
  }

  // ── what the worker says ───────────────────────────────────────────────────────────────────────────────────────────
  /** @param {Uint8Array} bytes */
  async #output(bytes) {
    const { shown } = this.#state;
    await this.#terminal.write(bytes);
    shown?.element.dispatchEvent(new CustomEvent("emrun:output", { bubbles: true, detail: { bytes } }));
  }

  /** @param {number} start @param {boolean} on  a program waits for the keyboard */
  async #waiting(start, on) {
    await this.#terminal.settled();
    // It may not wait any more, or wait again.
    if (start !== this.#state.start || on !== (this.#engine.console?.reader === "program")) return;
    if (on) this.#terminal.sync();
    this.#happens({ type: "reading", start, on });
    if (on && this.#state.shown) this.#terminal.focusIfWithin(this.#state.shown.element);
  }

  /** @param {Block} block @param {WorkerMessage} message */
  #about(block, message) {
    switch (message.type) {
      case "typed": return history.add(message.statement);
      case "drawing":
        this.#drawing.under(block.element, block.part("terminal"));
        return this.#drawing.command(message.command);
      case "offered": return offerLink(block.part("status"), message.url);
      case "starved":
        askForInput(block.element);
        block.status = STARVED;
    }
  }
}

/** What a block shows of its run.  @param {Block} block */
function clear(block) {
  forgetInput(block.element);
  withdrawLinks(block.element);
  eraseDrawing(block.element);
  block.part("terminal").replaceChildren();
  block.part("terminal").hidden = true;
  block.part("transcript").replaceChildren();
}
