// @ts-check
/** Takes what is typed once signals and flow control have been: canonical mode's editing keys and line ends, and the echo. */
import { TAB, TAB_WIDTH, isContinuation, isControl } from "./output-processing.js";
import * as t from "./termios.js";

/** @import { Echoes } from "./echoes.js" */
/** @import { InputQueue } from "./input-queue.js" */
/** @import { Settings } from "./termios.js" */

const BACKSPACE = 8, NEWLINE = 10, CARET = 94, UNDERSCORE = 95;
/** So many bytes and its end a line may have (n_tty's N_TTY_BUF_SIZE); each further one takes the last one's place. */
const LONGEST_LINE = 4095;

/** The kernel's `isalnum` on one byte: ASCII, and Latin-1's letters. */
const isAlnum = (/** @type {number} */ byte) =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);

export class LineEditor {
  #typed;
  #echoes;
  #settings;
  /** The next byte is taken literally (VLNEXT). */ #literal = false;

  /** @param {InputQueue} typed @param {Echoes} echoes @param {Settings} settings */
  constructor(typed, echoes, settings) {
    this.#typed = typed;
    this.#echoes = echoes;
    this.#settings = settings;
  }

  /** Nothing is taken literally any more. */
  forget() {
    this.#literal = false;
  }

  /** @param {number} byte @returns {boolean} taken, since it is to be taken literally */
  takeLiteral(byte) {
    if (this.#settings.local(t.ICANON) && this.#typed.lineLength > LONGEST_LINE) this.#typed.truncateLine(LONGEST_LINE);
    if (!this.#literal) return false;
    this.#literal = false;
    this.#accept(byte);
    return true;
  }

  /** @param {number} byte @param {boolean} lineEnd  typed as one: echoed as such, not as ^J */
  take(byte, lineEnd) {
    if (!this.#settings.local(t.ICANON) || !this.#edit(byte)) this.#accept(byte, lineEnd);
  }

  /** @param {number} byte @returns {boolean} taken */
  #edit(byte) {
    const settings = this.#settings, extended = settings.local(t.IEXTEN), echo = settings.local(t.ECHO);
    if (settings.is(byte, t.VERASE) || settings.is(byte, t.VKILL) || (extended && settings.is(byte, t.VWERASE))) {
      this.#erase(byte);
    } else if (extended && settings.is(byte, t.VLNEXT)) {
      this.#literal = true;
      if (echo && settings.local(t.ECHOCTL)) this.#echoes.addRaw(CARET, BACKSPACE);
    } else if (extended && settings.is(byte, t.VREPRINT) && echo) {
      this.#echoes.add(byte);
      this.#echoes.addRaw(NEWLINE);
      for (let i = 0; i < this.#typed.lineLength; i++) this.#echoes.add(this.#typed.at(i));
    } else if (byte === NEWLINE) {
      if (echo || settings.local(t.ECHONL)) this.#echoes.addRaw(NEWLINE);
      this.#typed.endLine(byte);
    } else if (settings.is(byte, t.VEOF)) {
      this.#typed.endLine();
    } else if (settings.is(byte, t.VEOL) || (extended && settings.is(byte, t.VEOL2))) {
      if (echo) this.#echo(byte);
      this.#typed.endLine(byte);
    } else {
      return false;
    }
    return true;
  }

  /** @param {number} byte @param {boolean} [lineEnd] */
  #accept(byte, lineEnd = false) {
    if (this.#settings.local(t.ECHO)) {
      if (lineEnd) this.#echoes.addRaw(byte);
      else this.#echo(byte);
    }
    this.#typed.put(byte);
  }

  /** Echo a byte of the line being edited.  @param {number} byte */
  #echo(byte) {
    if (!this.#typed.lineLength) this.#echoes.addMark();
    this.#echoes.add(byte);
  }

  /** ERASE, WERASE and KILL (n_tty's eraser).  @param {number} key */
  #erase(key) {
    if (!this.#typed.lineLength) return;
    const settings = this.#settings, one = settings.is(key, t.VERASE), word = !one && settings.is(key, t.VWERASE);
    if (!one && !word && ![t.ECHO, t.ECHOK, t.ECHOKE, t.ECHOE].every((flag) => settings.local(flag))) return this.#kill();
    const { c_iflag } = settings.termios;
    for (let seenWord = false; this.#typed.lineLength;) {
      let head = this.#typed.lineLength - 1;
      while (head > 0 && isContinuation(this.#typed.at(head), c_iflag)) head--;
      const first = this.#typed.at(head);
      if (isContinuation(first, c_iflag)) return;
      if (word) {
        const part = isAlnum(first) || first === UNDERSCORE;
        if (seenWord && !part) return;
        seenWord ||= part;
      }
      this.#typed.truncateLine(head);
      if (settings.local(t.ECHO)) this.#echoErased(first, one);
      if (one) return;
    }
  }

  /** KILL where the line is not to be erased on the screen. */
  #kill() {
    const settings = this.#settings;
    this.#typed.truncateLine(0);
    if (settings.local(t.ECHO)) this.#echoes.add(settings.termios.c_cc[t.VKILL]);
    if (settings.local(t.ECHO) && settings.local(t.ECHOK)) this.#echoes.addRaw(NEWLINE);
  }

  /** Take one character off the screen.  @param {number} first  its first byte @param {boolean} one  by the key that erases one */
  #echoErased(first, one) {
    const settings = this.#settings;
    if (one && !settings.local(t.ECHOE)) this.#echoes.add(settings.termios.c_cc[t.VERASE]);
    else if (first === TAB) this.#echoes.addErasedTab(...this.#columnsBeforeTab());
    else this.#echoes.addErased(isControl(first) ? (settings.local(t.ECHOCTL) ? 2 : 0) : 1);
  }

  /** The columns of the line being edited since its last tab, or since it began.  @returns {[columns: number, afterTab: boolean]} */
  #columnsBeforeTab() {
    let columns = 0;
    for (let at = this.#typed.lineLength - 1; at >= 0; at--) {
      const byte = this.#typed.at(at);
      if (byte === TAB) return [columns % TAB_WIDTH, true];
      if (isControl(byte)) columns += this.#settings.local(t.ECHOCTL) ? 2 : 0;
      else if (!isContinuation(byte, this.#settings.termios.c_iflag)) columns++;
    }
    return [columns % TAB_WIDTH, false];
  }
}
