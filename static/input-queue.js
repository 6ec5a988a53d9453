// @ts-check
/**
 * What was typed at a terminal and not yet read, after n_tty's `read_buf`: bytes, of which some end a line. An end of file is
 * the end of a line that has no byte of its own.
 */

/** Marks a byte that ends a line; alone, it is an end of file. */
const END = 0x100;
/** Bytes that were read are dropped once there are so many. */
const COMPACT = 1 << 14;

export class InputQueue {
  /** @type {number[]} */ #bytes = [];
  /** What comes before was read. */ #start = 0;
  /** Where the line being edited begins. */ #line = 0;

  clear() {
    this.#bytes = [];
    this.#start = this.#line = 0;
  }

  /** @param {number} byte */
  put(byte) {
    this.#bytes.push(byte);
  }

  /** End the line being edited.  @param {number} [byte]  its last one; none: an end of file */
  endLine(byte = 0) {
    this.#bytes.push(END | byte);
    this.#line = this.#bytes.length;
  }

  /** The length of the line being edited. */
  get lineLength() {
    return this.#bytes.length - this.#line;
  }

  /** A byte of the line being edited.  @param {number} index */
  at(index) {
    return this.#bytes[this.#line + index];
  }

  /** Shorten the line being edited.  @param {number} length */
  truncateLine(length) {
    this.#bytes.length = this.#line + length;
  }

  /** From now on there are no lines: an end of file becomes a zero byte. */
  forgetLines() {
    this.#bytes = this.#bytes.slice(this.#start).map((byte) => byte & 0xff);
    this.#start = this.#line = 0;
  }

  /** From now on there are lines: what is there is one, whole (without its last byte where that is zero, as n_tty has it). */
  beginLines() {
    if (this.#bytes.length > this.#start) this.endLine(this.#bytes.pop());
  }

  /** Is there a line to read? */
  get hasLine() {
    return this.#line > this.#start;
  }

  /** How many bytes can be read: of lines. */
  get bytesOfLines() {
    let count = 0;
    for (let at = this.#start; at < this.#line; at++) if (this.#bytes[at] !== END) count++;
    return count;
  }

  /** How many bytes can be read, lines or not. */
  get length() {
    return this.#bytes.length - this.#start;
  }

  /** A line, or what is left of it.  @param {number} max  bytes, at least one */
  takeLine(max) {
    const stop = Math.min(this.#start + max, this.#line);
    let at = this.#start;
    while (at < stop && this.#bytes[at] < END) at++;
    const ended = at < stop;
    const taken = this.#bytes.slice(this.#start, ended && this.#bytes[at] !== END ? at + 1 : at);
    // A read that stops right before an end of file takes it, too.
    if (ended || (at < this.#line && this.#bytes[at] === END)) at++;
    this.#advance(at);
    return Uint8Array.from(taken); // which takes the mark off
  }

  /** @param {number} max  bytes */
  takeBytes(max) {
    const stop = Math.min(this.#start + max, this.#bytes.length);
    const taken = Uint8Array.from(this.#bytes.slice(this.#start, stop));
    this.#advance(stop);
    return taken;
  }

  /** @param {number} start */
  #advance(start) {
    this.#start = start;
    if (start < this.#bytes.length && start < COMPACT) return;
    this.#bytes = this.#bytes.slice(start);
    this.#line = Math.max(0, this.#line - start);
    this.#start = 0;
  }
}
