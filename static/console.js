// @ts-check
/**
 * The page's side of a session's terminal: the line discipline joined to the channel. It answers the worker's calls, and knows
 * who is reading.
 */
import { EAGAIN, SIGDETACH, SIGINT, SIGWINCH, unreachable } from "./protocol.js";
import { Pty } from "./pty.js";
import { NOFLSH } from "./termios.js";

/** @import { HostChannel, HostEvents, Reply, TerminalCall, WorkerMessage } from "./protocol.js" */
/**
 * @typedef {"program" | "prompt" | null} Reader   Who waits for the keyboard.
 *
 * @typedef {object} ConsoleEvents
 * @property {(bytes: Uint8Array) => Promise<void> | void} output   For the screen; resolves when more may come.
 * @property {() => Promise<void> | void} settled                  Resolves when the screen shows all that it was given.
 * @property {() => void} interrupted                               What was written and is not shown is not wanted any more (NOFLSH).
 * @property {(reader: Reader) => void} waiting                     Somebody began, or ended, to wait for the keyboard.
 * @property {(message: WorkerMessage) => void} message
 */

export class Console {
  /** @type {HostChannel} */ channel;
  #pty;
  #events;
  /** The read or poll that waits. @type {{call: Extract<TerminalCall, {prompt: boolean}>, answer: (reply: Reply) => void} | null} */ #waiting = null;
  /** The prompt is there, or about to be. */ #atPrompt = false;
  /** The prompt is to end as soon as it waits for a key: for whoever waits for that. @type {PromiseWithResolvers<void> | null} */ #leaving = null;
  /** The owner knows that somebody waits. */ #announced = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** What the screen has not yet taken. @type {Promise<void> | void} */ #shown = undefined;
  /** Called when output that was held goes on. @type {(() => void) | null} */ #resumed = null;
  #size = "";

  /**
   * @param {(events: HostEvents) => HostChannel} open  the channel
   * @param {ConsoleEvents} events
   */
  constructor(open, events) {
    this.#events = events;
    this.#pty = new Pty({
      output: (bytes) => void (this.#shown = events.output(bytes)),
      signal: (signum) => this.signal(signum),
      readable: () => this.#retry(),
      resumed: () => this.#resumed?.(),
    });
    this.channel = open({
      write: (bytes) => this.#write(bytes),
      call: (call, answer) => this.#call(call, answer),
      message: async (message) => {
        await events.settled();
        if (message.type === "finished") this.#atPrompt = this.channel.canSignal;
        if (message.type === "detached") this.#left();
        events.message(message);
      },
    });
  }

  /** Who waits for the keyboard, with or without a time-out.  @returns {Reader} */
  get reader() {
    return this.#waiting && (this.#waiting.call.prompt ? "prompt" : "program");
  }

  /** Is it the idle prompt that waits for the keyboard? */
  get prompting() {
    return this.reader === "prompt";
  }

  /** What the keyboard sends.  @param {Uint8Array} bytes */
  type(bytes) {
    this.#pty.input(bytes);
  }

  /** Raise a signal in the program.  @param {number} signum */
  signal(signum) {
    if (signum === SIGINT) {
      // What a stopped program still has to say must not wait for Ctrl-Q.
      this.#pty.resume();
      if (!(this.#pty.termios.c_lflag & NOFLSH)) this.#events.interrupted();
    }
    this.channel.signal(signum);
    this.#settle();
  }

  /** End the prompt, now or as soon as it is idle.  @returns {Promise<void>} resolves when the worker takes messages again */
  detach() {
    if (!this.#atPrompt) return Promise.resolve();
    this.#leaving ??= Promise.withResolvers();
    if (this.prompting) this.#leave();
    return this.#leaving.promise;
  }

  #left() {
    this.#atPrompt = false;
    this.#leaving?.resolve();
    this.#leaving = null;
  }

  #leave() {
    this.#pty.flushInput();
    this.signal(SIGDETACH);
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    this.channel.resize(columns, rows);
    const size = `${columns}x${rows}`;
    if (this.#size && this.#size !== size) this.signal(SIGWINCH);
    this.#size = size;
  }

  /** Output; the next has to wait as long as the screen is behind, or held by Ctrl-S.  @param {Uint8Array} bytes */
  async #write(bytes) {
    this.#pty.write(bytes);
    await this.#shown;
    if (!this.#pty.stopped) return;
    await new Promise((resolve) => void (this.#resumed = () => resolve(undefined)));
    this.#resumed = null;
    await this.#shown;
  }

  /** @param {TerminalCall} call @param {(reply: Reply) => void} answer */
  #call(call, answer) {
    switch (call.call) {
      case "configure":
        this.#pty.configure(call.termios, { flush: call.flush });
        return answer({ value: 0 });
      case "pending":
        return answer({ value: this.#pty.pending });
      case "flush":
        this.#pty.flushInput();
        return answer({ value: 0 });
      case "read":
      case "poll":
        this.#waiting = { call, answer };
        if (this.#leaving && call.prompt) return this.#leave();
        if (this.#retry()) return;
        // A poll with a time-out may be one of many: nothing to make known.
        if (call.call === "poll" && call.timeout >= 0) {
          this.#timer = setTimeout(() => this.#answer({ value: 0 }), call.timeout);
          return;
        }
        this.#announced = true;
        return this.#events.waiting(this.reader);
      default:
        return unreachable(call);
    }
  }

  /** Answer the call that waits, if it can be.  @returns {boolean} was it */
  #retry() {
    if (!this.#waiting) return false;
    const { call } = this.#waiting;
    const reply = call.call === "read" ? this.#read(call) : this.#poll(call);
    if (reply) this.#answer(reply);
    return reply !== null;
  }

  /** @param {Extract<TerminalCall, {call: "read"}>} call @returns {Reply | null} */
  #read({ max, wait }) {
    const { patience } = this.#pty;
    const bytes = wait ? this.#pty.read(max) : this.#pty.take(max);
    if (bytes) return { bytes };
    if (patience === 0) return { bytes: new Uint8Array(0) };
    if (!wait) return { errno: EAGAIN };
    clearTimeout(this.#timer);
    if (patience < Infinity) this.#timer = setTimeout(() => this.#answer({ bytes: this.#pty.take(max) ?? new Uint8Array(0) }), patience);
    return null;
  }

  /** @param {Extract<TerminalCall, {call: "poll"}>} call @returns {Reply | null} */
  #poll({ timeout }) {
    const { readable } = this.#pty;
    return readable || timeout === 0 ? { value: Number(readable) } : null;
  }

  /** @param {Reply} reply */
  #answer(reply) {
    const answer = this.#waiting?.answer;
    this.#settle();
    answer?.(reply);
  }

  /** Nobody waits any more. */
  #settle() {
    clearTimeout(this.#timer);
    this.#waiting = null;
    if (!this.#announced) return;
    this.#announced = false;
    this.#events.waiting(null);
  }
}
