// @ts-check
/**
 * The page's end of the channels that share no memory: the worker posts what it has to say, and asks for what it wants to know
 * (`service-worker.js` says how, and why; `jspi.js` does the same without a relay).
 */
import { joined, length } from "../bytes.js";
import { EINTR, SIGINT, foremost } from "../protocol.js";

/** @import { Bell } from "./bell.js" */
/** @import { ChannelInit, HostChannel, HostEvents, PageMessage, ReadCall, Reply, TerminalCall } from "../protocol.js" */
/**
 * @typedef {"now" | "signal" | "room" | "reply"} Question  What the worker waits for: nothing; a signal; that so many bytes have
 *          been shown, or a signal; the reply to the call of that number.
 *
 * @typedef {object} Answer
 * @property {[number: number, signum: number]} signal   the latest; 0: the worker has learned of it
 * @property {number} shown                              bytes
 * @property {[columns: number, rows: number]} size
 * @property {{id: number, bytes?: number[], ahead?: number[][], value?: number, errno?: number} | null} reply   to the latest
 *           call; `ahead`: what the reads after it get (read-ahead.js)
 *
 * @typedef {(take: (question: string, answer: (text: string) => void) => void) => () => void} Listen
 *          Takes the worker's questions (`turn/learned/question/number`); gives what ends it.
 */

/** How many messages' output is handed on at once: they are of 64 KiB at most. */
const AT_ONCE = 4096;
/** How much is sent ahead of the reads that ask for it, in bytes. */
const AHEAD = 1 << 14;

/** @implements {HostChannel} */
export class QuestionHost {
  canSignal = true;
  init;
  #events;
  #ended;
  #bell;
  /** What the worker posted and the page has not yet handled. @type {any[]} */ #inbox = [];
  #busy = false;
  /** Bytes, those dropped included. */ #shown = 0;
  #signal = { number: 0, signum: 0 };
  /** Output that was written before the worker learned of this signal is not shown. */ #stale = 0;
  /** The call that waits for its reply. @type {number | null} */ #waiting = null;
  /** The reply to the latest call, as long as the worker may ask for it. @type {Answer["reply"]} */ #reply = null;
  /** The question that waits. @type {{question: Question, number: number, answer: (text: string) => void} | null} */ #asked = null;
  /** Of the latest question. */ #turn = 0;

  /**
   * @param {HostEvents} events
   * @param {Extract<ChannelInit, {tier: "service-worker" | "jspi"}>} init
   * @param {Listen} listen
   * @param {Bell} [bell]
   */
  constructor(events, init, listen, bell) {
    this.#events = events;
    this.#bell = bell;
    this.transfer = init.tier === "jspi" ? [init.port] : [];
    this.init = init;
    this.#ended = listen((question, answer) => this.#take(question, answer));
  }

  /** @param {(message: PageMessage) => void} post */
  begin(post) {
    void this.#bell?.begin((file) => post({ type: "bell", file }));
  }

  close() {
    this.#ended();
    this.#bell?.close();
  }

  /** @param {number} signum */
  signal(signum) {
    const { number, signum: pending } = this.#signal;
    if (foremost(pending, signum) === signum) this.#signal = { number: number + 1, signum };
    // As Linux' terminals do at an interrupt: output that waits to be shown is dropped, so that a flood ends at once.
    if (signum === SIGINT) this.#stale = number + 1;
    if (this.#waiting !== null) this.#answer(this.#waiting, { errno: EINTR });
    this.#settle();
    this.#bell?.ring();
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    Object.assign(this.init, { columns, rows });
  }

  /** @param {any} data */
  receive(data) {
    if ("looksAt" in data) return this.#bell?.looksAt(data.looksAt);
    this.#inbox.push(data);
    void this.#work();
  }

  /** Handle what arrived, one thing at a time, output at the pace at which it is taken. */
  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let message; (message = this.#inbox[0]); ) {
        if ("output" in message) await this.#show();
        else {
          this.#inbox.shift();
          if ("call" in message) this.#call(message);
          else await this.#events.message(message);
        }
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Hand on the output at the front of the inbox: what came in many messages, in one. */
  async #show() {
    const end = this.#inbox.findIndex((message) => !("output" in message));
    /** @type {{output: Uint8Array, learned: number}[]} */
    const messages = this.#inbox.splice(0, Math.min(end < 0 ? this.#inbox.length : end, AT_ONCE));
    const fresh = messages.filter(({ learned }) => learned >= this.#stale).map(({ output }) => output);
    if (fresh.length) await this.#events.write(joined(fresh));
    this.#shown += length(messages.map(({ output }) => output));
    this.#settle();
  }

  /** @param {TerminalCall & {id: number, learned: number, ahead?: boolean}} call */
  #call(call) {
    this.#waiting = call.id;
    // A signal raised before the call arrived: the program must see it, not the page's answer.
    const interruptible = call.call === "read" || call.call === "poll";
    if (interruptible && this.#signal.signum && this.#signal.number > call.learned) this.#answer(call.id, { errno: EINTR });
    else this.#events.call(call, (reply) => this.#answer(call.id, reply, call.ahead && call.call === "read" ? call : null));
  }

  /** @param {number} id @param {Reply} reply @param {ReadCall | null} [more]  read on, as this call does, as far as one need not wait */
  #answer(id, reply, more = null) {
    if (this.#waiting !== id) return;
    this.#waiting = null;
    this.#reply = { id, ...("bytes" in reply ? { bytes: [...reply.bytes], ahead: more && reply.bytes.length ? this.#readAhead(more) : [] } : reply) };
    this.#settle();
  }

  /** @param {ReadCall} call @returns {number[][]} one read each; the last may be an end of file */
  #readAhead(call) {
    /** @type {number[][]} */ const reads = [];
    for (let left = AHEAD, ended = false; left > 0 && !ended; ) {
      ended = true;
      this.#events.call({ ...call, wait: false }, (reply) => {
        if (!("bytes" in reply)) return;
        reads.push([...reply.bytes]);
        ended = !reply.bytes.length;
        left -= reply.bytes.length;
      });
    }
    return reads;
  }

  /** A question arrives: it takes the place of the one before it.  @param {string} text @param {(text: string) => void} answer */
  #take(text, answer) {
    const [turn, learned, question, number] = text.split("/");
    if (Number(turn) < this.#turn) return;
    this.#turn = Number(turn);
    if (Number(learned) >= this.#signal.number) this.#signal.signum = 0;
    this.#asked = { question: /** @type {Question} */ (question), number: Number(number), answer };
    this.#settle();
  }

  /** Answer the question that waits, if it can be. */
  #settle() {
    if (!this.#asked || !this.#answerable(this.#asked)) return;
    const { answer } = this.#asked, { columns, rows } = this.init, { number, signum } = this.#signal;
    this.#asked = null;
    /** @type {Answer} */
    const text = { signal: [number, signum], shown: this.#shown, size: [columns, rows], reply: this.#reply };
    answer(JSON.stringify(text));
  }

  /** @param {{question: Question, number: number}} asked */
  #answerable({ question, number }) {
    switch (question) {
      case "now": return true;
      case "signal": return this.#signal.signum !== 0;
      case "room": return this.#shown >= number || this.#signal.signum !== 0;
      case "reply": return this.#reply?.id === number;
    }
  }
}
