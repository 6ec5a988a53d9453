// @ts-check
/**
 * The page's side of a session's terminal: the line discipline joined to the channel. It answers the worker's calls, and knows
 * who is reading.
 */
import { SIGDETACH, SIGWINCH, unreachable } from "./protocol.js";
import { Pty } from "./pty.js";

/** @import { HostChannel, HostEvents, Reply, TerminalCall, WorkerMessage } from "./protocol.js" */
/**
 * @typedef {"program" | "prompt" | null} Reader   Who waits for the keyboard.
 *
 * @typedef {object} ConsoleEvents
 * @property {(bytes: Uint8Array) => Promise<void> | void} output   For the screen; resolves when more may come.
 * @property {(reader: Reader) => void} waiting                     Somebody began, or ended, to wait for the keyboard.
 * @property {(message: WorkerMessage) => void} message
 */

export class Console {
  /** @type {HostChannel} */ channel;
  #pty;
  #events;
  /** The read or poll that waits. @type {{call: TerminalCall & {prompt: boolean}, answer: (reply: Reply) => void} | null} */ #waiting = null;
  /** The prompt is there, or about to be. */ #atPrompt = false;
  /** Called when the prompt has ended; it is to end as soon as it waits for a key. @type {(() => void) | null} */ #leaving = null;
  /** The owner knows that somebody waits. */ #announced = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** What the screen has not yet taken. @type {Promise<void> | void} */ #shown = undefined;

  /**
   * @param {new (events: HostEvents) => HostChannel} Channel
   * @param {ConsoleEvents} events
   */
  constructor(Channel, events) {
    this.#events = events;
    this.#pty = new Pty({
      output: (bytes) => void (this.#shown = events.output(bytes)),
      signal: (signum) => this.signal(signum),
      readable: () => this.#retry(),
    });
    this.channel = new Channel({
      write: async (bytes) => {
        this.#pty.write(bytes);
        await this.#shown;
      },
      call: (call, answer) => this.#call(call, answer),
      message: (message) => {
        if (message.type === "finished") this.#atPrompt = this.channel.canSignal;
        if (message.type === "detached") this.#left();
        events.message(message);
      },
    });
  }

  /** Is it the idle prompt that waits for the keyboard? */
  get prompting() {
    return this.#waiting?.call.prompt === true;
  }

  /** What the keyboard sends.  @param {Uint8Array} bytes */
  type(bytes) {
    this.#pty.input(bytes);
  }

  /** Raise a signal in the program.  @param {number} signum */
  signal(signum) {
    this.channel.signal(signum);
    this.#settle();
  }

  /** End the prompt, now or as soon as it is idle.  @returns {Promise<void>} resolves when the worker takes messages again */
  detach() {
    if (!this.#atPrompt) return Promise.resolve();
    return new Promise((resolve) => {
      this.#leaving = resolve;
      if (this.prompting) this.#leave();
    });
  }

  #left() {
    this.#atPrompt = false;
    this.#leaving?.();
    this.#leaving = null;
  }

  #leave() {
    this.#pty.flushInput();
    this.signal(SIGDETACH);
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    this.channel.resize(columns, rows);
    if (this.prompting) this.signal(SIGWINCH);
  }

  /** @param {TerminalCall} call @param {(reply: Reply) => void} answer */
  #call(call, answer) {
    switch (call.call) {
      case "configure":
        this.#pty.configure(call.termios, { flush: call.flush });
        return answer({ value: 0 });
      case "pending":
        return answer({ value: this.#pty.pending });
      case "read":
      case "poll":
        this.#waiting = { call, answer };
        if (this.#leaving && call.prompt) return this.#leave();
        if (this.#retry()) return;
        if (call.call === "poll" && call.timeout >= 0) {
          this.#timer = setTimeout(() => this.#answer({ value: 0 }), call.timeout);
        } else {
          this.#announced = true;
          this.#events.waiting(call.prompt ? "prompt" : "program");
        }
        return;
      default:
        return unreachable(call);
    }
  }

  /** Answer the call that waits, if it can be.  @returns {boolean} was it */
  #retry() {
    if (!this.#waiting) return false;
    const { call } = this.#waiting;
    if (call.call === "read") {
      const bytes = this.#pty.read(call.max);
      if (!bytes) return false;
      this.#answer({ bytes });
    } else {
      const readable = this.#pty.readable;
      if (!readable && !(call.call === "poll" && call.timeout === 0)) return false;
      this.#answer({ value: Number(readable) });
    }
    return true;
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
