// @ts-check
/**
 * A terminal's way out, after n_tty's output processing (OPOST): it counts the screen's columns, which tabs and the erasing of
 * tabs depend on. What comes out is collected until it is taken.
 */
import * as t from "./termios.js";

/** @import { Termios } from "./termios.js" */

const BACKSPACE = 8, TAB = 9, NEWLINE = 10, RETURN = 13, SPACE = 32, CARET = 94;
export const TAB_WIDTH = 8;

export const isControl = (/** @type {number} */ byte) => byte < 32 || byte === 127;

export class OutputProcessing {
  /** The screen's column. */ #column = 0;
  /** The column at which the line being edited began. */ #lineColumn = 0;
  /** @type {number[]} */ #bytes = [];

  /** Bytes for the screen since the last call. */
  take() {
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    return bytes;
  }

  /** One byte of a program's, or of an echo's.  @param {number} byte @param {Termios} termios */
  put(byte, { c_oflag, c_iflag }) {
    if (!(c_oflag & t.OPOST)) {
      this.#bytes.push(byte);
      return;
    }
    switch (byte) {
      case NEWLINE:
        if (c_oflag & t.ONLRET) this.#column = 0;
        if (c_oflag & t.ONLCR) {
          this.#column = 0;
          this.#bytes.push(RETURN);
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
          for (let i = 0; i < width; i++) this.#bytes.push(SPACE);
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
    this.#bytes.push(byte);
  }

  /** A control character, shown as ^X.  @param {number} byte */
  putControl(byte) {
    this.#bytes.push(CARET, byte ^ 0o100);
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
      this.#bytes.push(BACKSPACE);
      this.#back();
    }
  }

  #back() {
    if (this.#column > 0) this.#column--;
  }
}

/** A byte in the middle of a UTF-8 character, where the terminal knows of them.  @param {number} byte @param {number} c_iflag */
export function isContinuation(byte, c_iflag) {
  return (c_iflag & t.IUTF8) !== 0 && (byte & 0xc0) === 0x80;
}
