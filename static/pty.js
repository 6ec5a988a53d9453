// @ts-check
/**
 * The terminal's line discipline: what stands between a keyboard, a screen and a program, after termios(3) and Linux'
 * `drivers/tty/n_tty.c`. It is pure: bytes go in by three doors, and come out by callbacks.
 *
 *      keyboard ──input()──►┌──────────┐──read()───► program
 *                           │   Pty    │
 *      screen  ◄──output()──└──────────┘◄──write()── program
 *                                └────signal()─────► program
 *
 * It lives on the page, so that echo, line editing and Ctrl-C work while Python is busy.
 */
import * as t from "./termios.js";

/** @import { Termios } from "./termios.js" */
/**
 * @typedef {object} PtyEvents
 * @property {(bytes: Uint8Array) => void} output    What the screen is to show, as a terminal takes it.
 * @property {(signum: number) => void} signal       A signal for the foreground program.
 * @property {() => void} readable                   `read` may now answer with something.
 */

const SIGINT = 2, SIGQUIT = 3, SIGTSTP = 20;
const BACKSPACE = 8, TAB = 9, NEWLINE = 10, RETURN = 13, SPACE = 32, CARET = 94;
const TAB_WIDTH = 8;

const isControl = (/** @type {number} */ byte) => byte < 32 || byte === 127;
/** A byte in the middle of a UTF-8 character. */
const isContinuation = (/** @type {number} */ byte) => (byte & 0xc0) === 0x80;
/** The kernel's `isalnum` on one byte: ASCII, and Latin-1's letters. */
const isAlnum = (/** @type {number} */ byte) =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);

export class Pty {
  /** @type {Termios} */ #termios = t.cookedTermios();
  /** The line being edited (canonical mode), not yet the program's. @type {number[]} */ #line = [];
  /** What the program may read: lines in canonical mode (an end of file is an empty line), runs of bytes otherwise. @type {number[][]} */ #ready = [];
  /** The next byte is taken literally (VLNEXT). */ #literal = false;
  /** The screen's column, for tabs. */ #column = 0;
  /** The column at which the line being edited began. */ #lineColumn = 0;
  /** Output is held (Ctrl-S). */ #stopped = false;
  /** Output held meanwhile. @type {number[]} */ #held = [];
  /** Bytes for the screen of the call in progress. @type {number[]} */ #screen = [];
  #events;

  /** @param {PtyEvents} events */
  constructor(events) {
    this.#events = events;
  }

  /** @returns {Termios} The settings in force (a copy). */
  get termios() {
    return { ...this.#termios, c_cc: [...this.#termios.c_cc] };
  }

  /**
   * tcsetattr(3).
   * @param {Termios} termios
   * @param {{flush?: boolean}} [options]  flush: drop what was typed and not read (TCSAFLUSH).
   */
  configure(termios, { flush = false } = {}) {
    const wasCanonical = this.#local(t.ICANON);
    this.#termios = { ...termios, c_cc: [...termios.c_cc] };
    if (flush) this.flushInput();
    if (wasCanonical && !this.#local(t.ICANON)) {
      // What was typed so far becomes readable at once, an end of file that nobody read does not.
      const pending = [...this.#ready.filter((line) => line.length), this.#line].flat();
      this.#line = [];
      this.#ready = pending.length ? [pending] : [];
    }
    if (this.#stopped && !this.#input(t.IXON)) this.#resume();
    this.#flush();
    if (this.readable) this.#events.readable();
  }

  /** Drop all that was typed and not read. */
  flushInput() {
    this.#line = [];
    this.#ready = [];
    this.#literal = false;
  }

  /** How many bytes can be read without waiting (FIONREAD). */
  get pending() {
    return this.#ready.reduce((sum, line) => sum + line.length, 0);
  }

  /** Would `read` answer at once? An end of file counts. */
  get readable() {
    const minimum = this.#local(t.ICANON) ? 1 : Math.max(1, this.#termios.c_cc[t.VMIN]);
    return this.#local(t.ICANON) ? this.#ready.length > 0 : this.pending >= minimum;
  }

  /**
   * read(2) without waiting.
   * @param {number} max  bytes wanted at most
   * @returns {Uint8Array | null} The bytes, none at an end of file; null: nothing yet.
   */
  read(max) {
    if (!this.readable) return null;
    const taken = /** @type {number[]} */ ([]);
    do {
      const line = this.#ready[0];
      const part = line.splice(0, max - taken.length);
      for (const byte of part) taken.push(byte);
      if (!line.length) this.#ready.shift();
    } while (!this.#local(t.ICANON) && this.#ready.length && taken.length < max);
    return Uint8Array.from(taken);
  }

  /**
   * What the program writes.
   * @param {Uint8Array} bytes
   */
  write(bytes) {
    if (this.#stopped) {
      for (const byte of bytes) this.#held.push(byte);
      return;
    }
    for (const byte of bytes) this.#put(byte);
    this.#flush();
  }

  /**
   * What the keyboard sends.
   * @param {Uint8Array} bytes
   */
  input(bytes) {
    const before = this.readable;
    for (const byte of bytes) this.#receive(byte);
    this.#flush();
    if (this.readable && (!before || !this.#local(t.ICANON))) this.#events.readable();
  }

  // ── flags ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** @param {number} flag */
  #input(flag) {
    return (this.#termios.c_iflag & flag) !== 0;
  }
  /** @param {number} flag */
  #output(flag) {
    return (this.#termios.c_oflag & flag) !== 0;
  }
  /** @param {number} flag */
  #local(flag) {
    return (this.#termios.c_lflag & flag) !== 0;
  }
  /** Is `byte` the control character at `index` of c_cc?  @param {number} byte @param {number} index */
  #is(byte, index) {
    return this.#termios.c_cc[index] !== t.VDISABLE && byte === this.#termios.c_cc[index];
  }

  // ── output ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  #flush() {
    if (!this.#screen.length) return;
    const bytes = Uint8Array.from(this.#screen);
    this.#screen = [];
    this.#events.output(bytes);
  }

  #resume() {
    const held = this.#held;
    this.#stopped = false;
    this.#held = [];
    for (const byte of held) this.#put(byte);
  }

  /** One byte to the screen, through output processing (n_tty's do_output_char).  @param {number} byte */
  #put(byte) {
    if (!this.#output(t.OPOST)) {
      this.#screen.push(byte);
      return;
    }
    switch (byte) {
      case NEWLINE:
        if (this.#output(t.ONLCR)) this.#screen.push(RETURN);
        if (this.#output(t.ONLCR) || this.#output(t.ONLRET)) this.#column = 0;
        break;
      case RETURN:
        if (this.#output(t.ONOCR) && this.#column === 0) return;
        this.#column = 0;
        if (this.#output(t.OCRNL)) byte = NEWLINE;
        break;
      case TAB: {
        const width = TAB_WIDTH - (this.#column % TAB_WIDTH);
        this.#column += width;
        if ((this.#termios.c_oflag & t.XTABS) === t.XTABS) {
          for (let i = 0; i < width; i++) this.#screen.push(SPACE);
          return;
        }
        break;
      }
      case BACKSPACE:
        if (this.#column > 0) this.#column--;
        break;
      default:
        if (!isControl(byte) && !isContinuation(byte)) this.#column++;
    }
    this.#screen.push(byte);
  }

  /** Echo a byte as typed: controls as ^X.  @param {number} byte */
  #echo(byte) {
    if (this.#local(t.ECHOCTL) && isControl(byte) && byte !== TAB) {
      this.#put(CARET);
      this.#put(byte ^ 0o100);
    } else {
      this.#put(byte);
    }
  }

  // ── input ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** One byte from the keyboard (n_tty's n_tty_receive_char_special).  @param {number} byte */
  #receive(byte) {
    if (this.#input(t.ISTRIP)) byte &= 0x7f;
    if (this.#literal) {
      this.#literal = false;
      this.#accept(byte);
      return;
    }
    if (this.#flowControl(byte) || this.#signals(byte)) return;
    if (byte === RETURN) {
      if (this.#input(t.IGNCR)) return;
      if (this.#input(t.ICRNL)) byte = NEWLINE;
    } else if (byte === NEWLINE && this.#input(t.INLCR)) {
      byte = RETURN;
    }
    if (this.#local(t.ICANON) && this.#edit(byte)) return;
    this.#accept(byte);
  }

  /** Ctrl-S and Ctrl-Q.  @param {number} byte @returns {boolean} taken */
  #flowControl(byte) {
    if (!this.#input(t.IXON)) return false;
    if (this.#is(byte, t.VSTART)) this.#resume();
    else if (this.#is(byte, t.VSTOP)) this.#stopped = true;
    else return false;
    return true;
  }

  /** @param {number} byte @returns {boolean} taken */
  #signals(byte) {
    if (this.#local(t.ISIG)) {
      const signum = this.#is(byte, t.VINTR) ? SIGINT : this.#is(byte, t.VQUIT) ? SIGQUIT : this.#is(byte, t.VSUSP) ? SIGTSTP : 0;
      if (signum) {
        if (!this.#local(t.NOFLSH)) {
          this.flushInput();
          this.#held = [];
        }
        if (this.#input(t.IXON)) this.#resume();
        if (this.#local(t.ECHO)) this.#echo(byte);
        this.#flush();
        this.#events.signal(signum);
        return true;
      }
    }
    if (this.#stopped && this.#input(t.IXON) && this.#input(t.IXANY)) this.#resume();
    return false;
  }

  /** Canonical mode's editing keys and line ends.  @param {number} byte @returns {boolean} taken */
  #edit(byte) {
    const extended = this.#local(t.IEXTEN);
    if (this.#is(byte, t.VERASE) || this.#is(byte, t.VKILL) || (extended && this.#is(byte, t.VWERASE))) {
      this.#erase(byte);
    } else if (extended && this.#is(byte, t.VLNEXT)) {
      this.#literal = true;
      if (this.#local(t.ECHO) && this.#local(t.ECHOCTL)) {
        this.#put(CARET);
        this.#put(BACKSPACE);
      }
    } else if (extended && this.#is(byte, t.VREPRINT) && this.#local(t.ECHO)) {
      this.#echo(byte);
      this.#put(NEWLINE);
      for (const typed of this.#line) this.#echo(typed);
    } else if (byte === NEWLINE) {
      if (this.#local(t.ECHO) || this.#local(t.ECHONL)) this.#put(NEWLINE);
      this.#endLine([byte]);
    } else if (this.#is(byte, t.VEOF)) {
      this.#endLine([]);
    } else if (this.#is(byte, t.VEOL) || (extended && this.#is(byte, t.VEOL2))) {
      if (this.#local(t.ECHO)) this.#echo(byte);
      this.#endLine([byte]);
    } else {
      return false;
    }
    return true;
  }

  /** @param {number[]} ending */
  #endLine(ending) {
    this.#ready.push([...this.#line, ...ending]);
    this.#line = [];
  }

  /** @param {number} byte */
  #accept(byte) {
    if (this.#local(t.ECHO)) {
      if (!this.#line.length) this.#lineColumn = this.#column;
      if (byte === NEWLINE) this.#put(byte);
      else this.#echo(byte);
    }
    if (this.#local(t.ICANON)) this.#line.push(byte);
    else if (this.#ready.length) this.#ready[0].push(byte);
    else this.#ready.push([byte]);
  }

  /** ERASE, WERASE and KILL (n_tty's eraser).  @param {number} byte */
  #erase(byte) {
    if (!this.#line.length) return;
    const kill = this.#is(byte, t.VKILL), word = !kill && this.#is(byte, t.VWERASE);
    const visual = this.#local(t.ECHOK) && this.#local(t.ECHOKE) && this.#local(t.ECHOE);
    if (kill && (!this.#local(t.ECHO) || !visual)) {
      this.#line = [];
      if (this.#local(t.ECHO)) this.#echo(byte);
      if (this.#local(t.ECHO) && this.#local(t.ECHOK)) this.#put(NEWLINE);
      return;
    }
    let seenWord = false;
    while (this.#line.length) {
      let head = this.#line.length - 1;
      while (head > 0 && isContinuation(this.#line[head])) head--;
      const first = this.#line[head];
      if (isContinuation(first)) return;
      if (word) {
        const part = isAlnum(first) || first === 95;
        if (seenWord && !part) return;
        seenWord ||= part;
      }
      this.#line.length = head;
      if (this.#local(t.ECHO)) this.#eraseEcho(first, byte);
      if (!kill && !word) return;
    }
  }

  /** Take one character off the screen.  @param {number} first  its first byte @param {number} key  the key pressed */
  #eraseEcho(first, key) {
    if (this.#is(key, t.VERASE) && !this.#local(t.ECHOE)) {
      this.#echo(key);
    } else if (first === TAB) {
      for (let column = this.#columnAfterLine(), stop = this.#column; stop > column; stop--) this.#put(BACKSPACE);
    } else {
      const cells = isControl(first) ? (this.#local(t.ECHOCTL) ? 2 : 0) : 1;
      for (let i = 0; i < cells; i++) for (const out of [BACKSPACE, SPACE, BACKSPACE]) this.#put(out);
    }
  }

  /** The column at which the line being edited ends. */
  #columnAfterLine() {
    let column = this.#lineColumn;
    for (const byte of this.#line) {
      if (byte === TAB) column += TAB_WIDTH - (column % TAB_WIDTH);
      else if (isControl(byte)) column += this.#local(t.ECHOCTL) ? 2 : 0;
      else if (!isContinuation(byte)) column++;
    }
    return column;
  }
}
