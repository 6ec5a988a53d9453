// @ts-check
/**
 * What a program has written and the screen has not been given. Of a flood, lines that would have scrolled out of the terminal's
 * memory before anybody saw them are left out, where that changes nothing of what stays: only text, only whole lines, and only
 * where more lines follow than the terminal keeps.
 */
import { enlarged } from "./bytes.js";

const NEWLINE = 10;
/** What begins a change of the terminal's state: ESC, SO, SI, and in UTF-8 the control characters of C1. */
const ESCAPES = new Uint8Array(256);
for (const byte of [0x1b, 0x0e, 0x0f, 0xc2]) ESCAPES[byte] = 1;
/** An escape sequence has ended once so many letters have come: one may belong to its beginning. What goes on after that is a string that is not shown. */
const LETTERS = 2;

export class Backlog {
  #lines;
  #most;
  #bytes = new Uint8Array(1 << 12);
  #length = 0;
  /** How many bytes have come, and how many of them are on the screen. */ #added = 0; #shown = 0;
  /** Letters still to come until what comes is certainly text, and after which byte it is. */ #letters = 0; #text = 0;
  /** Nothing may be left out. */ whole = false;

  /**
   * @param {number} lines  that the terminal keeps
   * @param {number} most   bytes, from which on lines are left out at once
   */
  constructor(lines, most) {
    this.#lines = lines;
    this.#most = most;
  }

  get length() {
    return this.#length;
  }

  /** Is it text, and nothing else on its way to the screen either? */
  get plain() {
    return !this.whole && !this.#letters && this.#text <= this.#shown;
  }

  /** @param {Uint8Array} bytes */
  add(bytes) {
    const escape = lastEscape(bytes);
    if (escape >= 0) {
      this.trim();
      this.#letters = LETTERS;
    }
    for (let at = escape + 1; this.#letters && at < bytes.length; at++) {
      if (isLetter(bytes[at])) this.#letters--;
      this.#text = this.#added + at + 1;
    }
    const needed = this.#length + bytes.length;
    this.#bytes = enlarged(this.#bytes, this.#length, needed);
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
    this.#added += bytes.length;
    if (needed > this.#most) this.trim();
  }

  /** For the screen.  @param {number} [most]  bytes */
  take(most = Infinity) {
    this.trim();
    const bytes = this.#bytes.slice(0, Math.min(most, this.#length));
    this.#bytes.copyWithin(0, bytes.length, this.#length);
    this.#length -= bytes.length;
    return bytes;
  }

  /** What was taken is on the screen. */
  shown() {
    this.#shown = this.#added - this.#length;
  }

  /** Leave out what can be, where `lines` are wanted.  @param {number} [lines] */
  trim(lines = this.#lines) {
    if (!this.plain) return;
    const from = this.#bytes.indexOf(NEWLINE) + 1;
    let to = this.#length;
    // One more than the terminal keeps: the first may go on with a line that the screen has begun.
    for (let newline = -1; newline <= lines; newline++) {
      if (to <= from) return;
      to = this.#bytes.lastIndexOf(NEWLINE, to - 1);
    }
    if (to < from) return;
    this.#bytes.copyWithin(from, to + 1, this.#length);
    this.#length -= to + 1 - from;
  }
}

/** @param {Uint8Array} bytes */
function lastEscape(bytes) {
  let at = bytes.length - 1;
  while (at >= 0 && !ESCAPES[bytes[at]]) at--;
  return at;
}

/** What may end an escape sequence.  @param {number} byte */
const isLetter = (byte) => byte >= 0x40 && byte < 0x7f;
