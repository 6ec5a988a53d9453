// @ts-check
/**
 * A channel without a page: what a program reads is given beforehand, what it writes is kept, in order, with its stream. The
 * line discipline stands between, as on a page, so that what is "typed" is echoed where a reader would see it.
 */
import { EAGAIN } from "../protocol.js";
import { Pty } from "../pty.js";

/** @import { Reply, TerminalCall, WorkerChannel } from "../protocol.js" */
/** @typedef {[stream: number, text: string]} Entry   `stream`: 0 is what the terminal echoed, 1 and 2 are the standard ones. */

/** Bytes kept of one program's output. */
const LIMIT = 1_000_000;
const COLUMNS = 80, ROWS = 24;
const ECHO = 0, OUTPUT = 1, ERRORS = 2;

/** @implements {WorkerChannel} */
export class Recording {
  tier = /** @type {const} */ ("shared-memory");
  blocking = true;
  takeSignal = () => Atomics.exchange(this.signals, 0, 0);
  checkSignal = this.takeSignal;
  signals;
  /** A program wanted more input than there is. */ starved = false;
  /** Output beyond what is kept was dropped. */ cut = false;
  /** Lines still to be typed. @type {string[]} */ #lines = [];
  /** @type {{stream: number, bytes: Uint8Array}[]} */ #log = [];
  #size = 0;
  #writing = false;
  #pty = this.#newPty();

  /** @param {Int32Array} signals  in shared memory; whoever raises a signal there notifies it */
  constructor(signals) {
    this.signals = signals;
  }

  /** Begin anew.  @param {string} input  what is typed, line by line */
  begin(input) {
    this.#lines = input ? input.replace(/\n?$/, "\n").split(/(?<=\n)/) : [];
    this.#pty = this.#newPty();
    this.starved = this.cut = false;
    this.#log = [];
    this.#size = 0;
  }

  /** What was written since the last call.  @returns {Entry[]} neighbours are of different streams */
  take() {
    /** @type {Entry[]} */
    const entries = [];
    for (let at = 0; at < this.#log.length;) {
      const { stream } = this.#log[at], decoder = new TextDecoder();
      let text = "";
      for (; at < this.#log.length && this.#log[at].stream === stream; at++) text += decoder.decode(this.#log[at].bytes, { stream: true });
      entries.push([stream, text + decoder.decode()]);
    }
    this.#log = [];
    return entries;
  }

  /** @param {Uint8Array} bytes @param {number} fd */
  write(bytes, fd) {
    this.#keep(fd === ERRORS ? ERRORS : OUTPUT, bytes);
    this.#writing = true;
    this.#pty.write(bytes);
    this.#writing = false;
    return bytes.length;
  }

  /** @param {number} ms */
  sleep(ms) {
    if (!Atomics.load(this.signals, 0)) Atomics.wait(this.signals, 0, 0, ms);
  }

  size() {
    return { columns: COLUMNS, rows: ROWS };
  }

  post() {}

  /** @param {TerminalCall} call @returns {Reply} */
  call(call) {
    switch (call.call) {
      case "configure":
        this.#pty.configure(call.termios, { flush: false });
        return { value: 0 };
      case "read":
        return this.#read(call);
      case "poll":
        return { value: Number(this.#poll(call.timeout)) };
      case "pending":
        return { value: this.#pty.pending };
      case "flush":
        return { value: 0 };
    }
  }

  /** @param {Extract<TerminalCall, {call: "read"}>} call @returns {Reply} */
  #read({ max, wait }) {
    for (;;) {
      const bytes = this.#pty.take(max);
      if (bytes) return { bytes };
      if (!this.#type()) break;
    }
    if (!wait) return { errno: EAGAIN };
    this.starved = true;
    return { bytes: new Uint8Array(0) };
  }

  /** @param {number} timeout  ms @returns {boolean} is there something to read: a line, or the end */
  #poll(timeout) {
    if (this.#pty.readable || (timeout !== 0 && this.#type())) return this.#pty.readable;
    if (timeout > 0) this.sleep(timeout);
    return timeout < 0;
  }

  /** Type the next line.  @returns {boolean} was there one */
  #type() {
    const line = this.#lines.shift();
    if (line !== undefined) this.#pty.input(new TextEncoder().encode(line));
    return line !== undefined;
  }

  #newPty() {
    return new Pty({ output: (bytes) => this.#writing || this.#keep(ECHO, withoutReturns(bytes)), signal: () => {}, readable: () => {} });
  }

  /** @param {number} stream @param {Uint8Array} bytes */
  #keep(stream, bytes) {
    const room = LIMIT - this.#size;
    if (bytes.length > room) this.cut = true;
    if (room <= 0) return;
    this.#log.push({ stream, bytes: bytes.slice(0, room) });
    this.#size += bytes.length;
  }
}

/** The terminal's line ends as a program writes them.  @param {Uint8Array} bytes */
function withoutReturns(bytes) {
  return bytes.filter((byte, at) => !(byte === 13 && bytes[at + 1] === 10));
}
