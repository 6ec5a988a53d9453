// @ts-check
/**
 * A terminal's way out, after n_tty's output processing (OPOST): it counts the screen's columns, which tabs and the erasing of
 * tabs depend on. What comes out is collected until it is taken.
 */
import { enlarged } from "./bytes.js";
import * as t from "./termios.js";

/** @import { Termios } from "./termios.js" */

const BACKSPACE = 8, NEWLINE = 10, RETURN = 13, SPACE = 32, CARET = 94;
export const TAB = 9, TAB_WIDTH = 8;

export const isControl = (/** @type {number} */ byte) => byte < 32 || byte === 127;

export class OutputProcessing {
  /** The screen's column. */ #column = 0;
  /** The column at which the line being edited began. */ #lineColumn = 0;
  #bytes = new Uint8Array(256);
  #length = 0;

  /** Bytes for the screen since the last call: where they are many, without a copy. */
  take() {
    const few = this.#length < this.#bytes.length / 2;
    const bytes = few ? this.#bytes.slice(0, this.#length) : this.#bytes.subarray(0, this.#length);
    if (!few) this.#bytes = new Uint8Array(this.#bytes.length);
    this.#length = 0;
    return bytes;
  }

  /** What a program writes: runs of plain bytes are copied whole.  @param {Uint8Array} bytes @param {Termios} termios */
  write(bytes, termios) {
    if (!(termios.c_oflag & t.OPOST)) return this.#append(bytes);
    for (let at = this.#writeLines(bytes, termios); at < bytes.length; at++) {
      const from = at;
      let columns = 0;
      for (; at < bytes.length && !isControl(bytes[at]); at++) if (!isContinuation(bytes[at], termios.c_iflag)) columns++;
      this.#append(bytes.subarray(from, at));
      this.#column += columns;
      if (at < bytes.length) this.put(bytes[at], termios);
    }
  }

  /** One byte of a program's, or of an echo's.  @param {number} byte @param {Termios} termios */
  put(byte, { c_oflag, c_iflag }) {
    if (!(c_oflag & t.OPOST)) {
      this.#push(byte);
      return;
    }
    switch (byte) {
      case NEWLINE:
        if (c_oflag & t.ONLRET) this.#column = 0;
        if (c_oflag & t.ONLCR) {
          this.#column = 0;
          this.#push(RETURN);
        }
        this.#lineColumn = this.#column;
        break;
      case RETURN:
        if (c_oflag & t.ONOCR && this.#column === 0) return;
        if (c_oflag & t.OCRNL) byte = NEWLINE;
        if (!(c_oflag & t.OCRNL) || c_oflag & t.ONLRET) this.#lineColumn = this.#column = 0;
        break;
      case TAB: {
        const width = TAB_WIDTH - (this.#column % TAB_WIDTH);
        this.#column += width;
        if ((c_oflag & t.XTABS) === t.XTABS) {
          for (let i = 0; i < width; i++) this.#push(SPACE);
          return;
        }
        break;
      }
      case BACKSPACE:
        this.#back();
        break;
      default:
        if (!isControl(byte) && !isContinuation(byte, c_iflag)) this.#column++;
    }
    this.#push(byte);
  }

  /**
   * Where newlines alone are changed, whole lines need no counting of columns.
   * @param {Uint8Array} bytes @param {Termios} termios
   * @returns {number} how many bytes that were
   */
  #writeLines(bytes, { c_oflag }) {
    const changes = t.ONLCR | t.OCRNL | t.ONOCR | t.XTABS;
    if ((c_oflag & changes) !== t.ONLCR) return 0;
    const at = bytes.lastIndexOf(NEWLINE) + 1;
    this.#reserve(2 * at);
    const out = this.#bytes;
    let length = this.#length;
    // Byte by byte: to copy every line for itself takes longer.
    for (let i = 0; i < at; i++) {
      const byte = bytes[i];
      if (byte === NEWLINE) out[length++] = RETURN;
      out[length++] = byte;
    }
    this.#length = length;
    if (at) this.#column = this.#lineColumn = 0;
    return at;
  }

  /** A control character, shown as ^X.  @param {number} byte */
  putControl(byte) {
    this.#push(CARET);
    this.#push(byte ^ 0o100);
    this.#column += 2;
  }

  /** A line begins to be edited here. */
  markLine() {
    this.#lineColumn = this.#column;
  }

  /**
   * Go back over a tab.
   * @param {number} columns  those before it, since the tab before it or since the line began
   * @param {boolean} afterTab  which of the two
   */
  eraseTab(columns, afterTab) {
    const from = afterTab ? columns : columns + this.#lineColumn;
    for (let width = TAB_WIDTH - (from % TAB_WIDTH); width > 0; width--) {
      this.#push(BACKSPACE);
      this.#back();
    }
  }

  /** @param {number} byte */
  #push(byte) {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** @param {Uint8Array} bytes */
  #append(bytes) {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** @param {number} count  bytes about to come */
  #reserve(count) {
    this.#bytes = enlarged(this.#bytes, this.#length, this.#length + count);
  }

  #back() {
    if (this.#column > 0) this.#column--;
  }
}

/** A byte in the middle of a UTF-8 character, where the terminal knows of them.  @param {number} byte @param {number} c_iflag */
export function isContinuation(byte, c_iflag) {
  return (c_iflag & t.IUTF8) !== 0 && (byte & 0xc0) === 0x80;
}
