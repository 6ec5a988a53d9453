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
 * It lives on the page, so that echo, line editing and Ctrl-C work while Python is busy. One thing differs from Linux: what one
 * call types is echoed even where its end is Ctrl-C.
 */
import { InputQueue } from "./input-queue.js";
import { OutputProcessing, TAB_WIDTH, isContinuation, isControl } from "./output-processing.js";
import * as t from "./termios.js";

/** @import { Termios } from "./termios.js" */
/**
 * @typedef {object} PtyEvents
 * @property {(bytes: Uint8Array) => void} output    What the screen is to show, as a terminal takes it.
 * @property {(signum: number) => void} signal       A signal for the foreground program.
 * @property {() => void} readable                   `read` may now answer with something.
 * @property {() => void} [resumed]                  Output that was held (Ctrl-S) goes on.
 *
 * @typedef {() => void} Echo  Something to be shown of what was typed.
 */

const SIGINT = 2, SIGQUIT = 3, SIGTSTP = 20;
const BACKSPACE = 8, TAB = 9, NEWLINE = 10, RETURN = 13, SPACE = 32, CARET = 94, UNDERSCORE = 95;
/** VTIME's unit, in ms. */
const TENTH = 100;
/** So many bytes and its end a line may have (n_tty's N_TTY_BUF_SIZE); each further one takes the last one's place. */
const LONGEST_LINE = 4095;

/** The kernel's `isalnum` on one byte: ASCII, and Latin-1's letters. */
const isAlnum = (/** @type {number} */ byte) =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);

export class Pty {
  /** @type {Termios} */ #termios = t.cookedTermios();
  #typed = new InputQueue();
  #screen = new OutputProcessing();
  /** The next byte is taken literally (VLNEXT). */ #literal = false;
  /** Output is held (Ctrl-S). */ #stopped = false;
  /** What programs wrote meanwhile. @type {number[]} */ #held = [];
  /** What is to be echoed. @type {Echo[]} */ #echoes = [];
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
    this.#termios = { ...termios, c_cc: termios.c_cc.map((byte) => byte & 0xff) };
    if (flush) this.flushInput();
    if (wasCanonical !== this.#local(t.ICANON)) {
      this.#literal = false;
      if (wasCanonical) this.#typed.forgetLines();
      else this.#typed.beginLines();
    }
    if (!this.#input(t.IXON)) this.resume();
    this.#flush();
    if (this.readable) this.#events.readable();
  }

  /** Drop all that was typed and not read (tcflush(3)). */
  flushInput() {
    this.#typed.clear();
  }

  /** How many bytes can be read without waiting (FIONREAD). */
  get pending() {
    return this.#local(t.ICANON) ? this.#typed.bytesOfLines : this.#typed.length;
  }

  /** Is there something to read, for poll(2)? An end of file counts. */
  get readable() {
    if (this.#local(t.ICANON)) return this.#typed.hasLine;
    const { [t.VMIN]: minimum, [t.VTIME]: time } = this.#termios.c_cc;
    return this.#typed.length >= (time ? 1 : Math.max(1, minimum));
  }

  /** How long, in ms, a read that `read` does not answer waits for the next byte before it takes what there is (VTIME). */
  get patience() {
    const { [t.VMIN]: minimum, [t.VTIME]: time } = this.#termios.c_cc;
    if (this.#local(t.ICANON)) return Infinity;
    if (minimum) return time && this.#typed.length ? time * TENTH : Infinity;
    return time * TENTH;
  }

  /**
   * read(2) without waiting.
   * @param {number} max  bytes wanted at most
   * @returns {Uint8Array | null} The bytes, none at an end of file; null: there is less than VMIN asks for.
   */
  read(max) {
    const enough = this.#local(t.ICANON) || this.#typed.length >= Math.min(max, this.#termios.c_cc[t.VMIN]);
    return enough ? this.take(max) : null;
  }

  /**
   * As `read`, but content with less than VMIN: what a non-blocking read does, or one that has lost its patience.
   * @param {number} max
   */
  take(max) {
    if (this.#local(t.ICANON)) return this.#typed.hasLine ? this.#typed.takeLine(max) : null;
    return this.#typed.length ? this.#typed.takeBytes(max) : null;
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
    this.#screen.write(bytes, this.#termios);
    this.#flush();
  }

  /**
   * What the keyboard sends.
   * @param {Uint8Array} bytes
   */
  input(bytes) {
    const before = this.readable;
    for (const byte of bytes) {
      this.#receive(this.#input(t.ISTRIP) ? byte & 0x7f : byte);
      this.#showEchoes();
    }
    this.#flush();
    const raw = !this.#local(t.ICANON);
    if (raw ? this.#typed.length : this.readable && !before) this.#events.readable();
  }

  /** Is output held? */
  get stopped() {
    return this.#stopped;
  }

  /** Let held output go on, as Ctrl-Q does. */
  resume() {
    this.#start();
    this.#release();
    this.#flush();
  }

  // ── flags ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** @param {number} flag */
  #input(flag) {
    return (this.#termios.c_iflag & flag) !== 0;
  }
  /** @param {number} flag */
  #local(flag) {
    return (this.#termios.c_lflag & flag) !== 0;
  }
  /** Is `byte` the control character at `index` of c_cc?  @param {number} byte @param {number} index */
  #is(byte, index) {
    return this.#termios.c_cc[index] !== t.VDISABLE && byte === this.#termios.c_cc[index];
  }
  /** Is `byte` a control character that is echoed as ^X?  @param {number} byte */
  #showsAsTwo(byte) {
    return this.#local(t.ECHOCTL) && isControl(byte);
  }

  // ── output ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  #flush() {
    const bytes = this.#screen.take();
    if (bytes.length) this.#events.output(bytes);
  }

  #start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#showEchoes();
  }

  /** Programs' output comes after the echoes. */
  #release() {
    const held = this.#held;
    this.#held = [];
    this.#screen.write(Uint8Array.from(held), this.#termios);
    this.#events.resumed?.();
  }

  #showEchoes() {
    if (this.#stopped) return;
    for (const echo of this.#echoes) echo();
    this.#echoes = [];
  }

  /** Echo bytes as they are.  @param {number[]} bytes */
  #echoRaw(...bytes) {
    this.#echoes.push(() => bytes.forEach((byte) => this.#screen.put(byte, this.#termios)));
  }

  /** Echo a byte as typed: controls as ^X.  @param {number} byte */
  #echo(byte) {
    if (this.#showsAsTwo(byte) && byte !== TAB) this.#echoes.push(() => this.#screen.putControl(byte));
    else this.#echoRaw(byte);
  }

  // ── input ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** One byte from the keyboard (n_tty_receive_char_special).  @param {number} byte */
  #receive(byte) {
    if (this.#local(t.ICANON) && this.#typed.lineLength > LONGEST_LINE) this.#typed.truncateLine(LONGEST_LINE);
    if (this.#literal) {
      this.#literal = false;
      return this.#accept(byte);
    }
    if (this.#flowControl(byte) || this.#signals(byte)) return;
    if (this.#stopped && this.#input(t.IXON) && this.#input(t.IXANY)) this.resume();
    let lineEnd = false;
    if (byte === RETURN) {
      if (this.#input(t.IGNCR)) return;
      lineEnd = this.#input(t.ICRNL);
      if (lineEnd) byte = NEWLINE;
    } else if (byte === NEWLINE && this.#input(t.INLCR)) {
      byte = RETURN;
    }
    if (this.#local(t.ICANON) && this.#edit(byte)) return;
    this.#accept(byte, lineEnd);
  }

  /** Ctrl-S and Ctrl-Q.  @param {number} byte @returns {boolean} taken */
  #flowControl(byte) {
    if (!this.#input(t.IXON)) return false;
    if (this.#is(byte, t.VSTART)) this.resume();
    else if (this.#is(byte, t.VSTOP)) this.#stopped = true;
    else return false;
    return true;
  }

  /** @param {number} byte @returns {boolean} taken */
  #signals(byte) {
    if (!this.#local(t.ISIG)) return false;
    const signum = this.#is(byte, t.VINTR) ? SIGINT : this.#is(byte, t.VQUIT) ? SIGQUIT : this.#is(byte, t.VSUSP) ? SIGTSTP : 0;
    if (!signum) return false;
    if (!this.#local(t.NOFLSH)) {
      this.flushInput();
      this.#echoes = [];
    }
    if (this.#input(t.IXON)) this.#start();
    if (this.#local(t.ECHO)) this.#echo(byte);
    this.#showEchoes();
    this.#release();
    this.#flush();
    this.#events.signal(signum);
    return true;
  }

  /** Canonical mode's editing keys and line ends.  @param {number} byte @returns {boolean} taken */
  #edit(byte) {
    const extended = this.#local(t.IEXTEN);
    if (this.#is(byte, t.VERASE) || this.#is(byte, t.VKILL) || (extended && this.#is(byte, t.VWERASE))) {
      this.#erase(byte);
    } else if (extended && this.#is(byte, t.VLNEXT)) {
      this.#literal = true;
      if (this.#local(t.ECHO) && this.#local(t.ECHOCTL)) this.#echoRaw(CARET, BACKSPACE);
    } else if (extended && this.#is(byte, t.VREPRINT) && this.#local(t.ECHO)) {
      this.#echo(byte);
      this.#echoRaw(NEWLINE);
      for (let i = 0; i < this.#typed.lineLength; i++) this.#echo(this.#typed.at(i));
    } else if (byte === NEWLINE) {
      if (this.#local(t.ECHO) || this.#local(t.ECHONL)) this.#echoRaw(NEWLINE);
      this.#typed.endLine(byte);
    } else if (this.#is(byte, t.VEOF)) {
      this.#typed.endLine();
    } else if (this.#is(byte, t.VEOL) || (extended && this.#is(byte, t.VEOL2))) {
      if (this.#local(t.ECHO)) this.#echoTyped(byte);
      this.#typed.endLine(byte);
    } else {
      return false;
    }
    return true;
  }

  /** @param {number} byte @param {boolean} [lineEnd]  it is echoed as such, not as ^J */
  #accept(byte, lineEnd = false) {
    if (this.#local(t.ECHO)) {
      if (lineEnd) this.#echoRaw(byte);
      else this.#echoTyped(byte);
    }
    this.#typed.put(byte);
  }

  /** Echo a byte of the line being edited.  @param {number} byte */
  #echoTyped(byte) {
    if (!this.#typed.lineLength) this.#echoes.push(() => this.#screen.markLine());
    this.#echo(byte);
  }

  /** ERASE, WERASE and KILL (n_tty's eraser).  @param {number} key */
  #erase(key) {
    if (!this.#typed.lineLength) return;
    const one = this.#is(key, t.VERASE), word = !one && this.#is(key, t.VWERASE), kill = !one && !word;
    if (kill && !(this.#local(t.ECHO) && this.#local(t.ECHOK) && this.#local(t.ECHOKE) && this.#local(t.ECHOE))) {
      this.#typed.truncateLine(0);
      if (this.#local(t.ECHO)) this.#echo(this.#termios.c_cc[t.VKILL]);
      if (this.#local(t.ECHO) && this.#local(t.ECHOK)) this.#echoRaw(NEWLINE);
      return;
    }
    for (let seenWord = false; this.#typed.lineLength;) {
      let head = this.#typed.lineLength - 1;
      while (head > 0 && isContinuation(this.#typed.at(head), this.#termios.c_iflag)) head--;
      const first = this.#typed.at(head);
      if (isContinuation(first, this.#termios.c_iflag)) return;
      if (word) {
        const part = isAlnum(first) || first === UNDERSCORE;
        if (seenWord && !part) return;
        seenWord ||= part;
      }
      this.#typed.truncateLine(head);
      if (this.#local(t.ECHO)) this.#echoErased(first, one);
      if (one) return;
    }
  }

  /** Take one character off the screen.  @param {number} first  its first byte @param {boolean} one  by the key that erases one */
  #echoErased(first, one) {
    if (one && !this.#local(t.ECHOE)) {
      this.#echo(this.#termios.c_cc[t.VERASE]);
    } else if (first === TAB) {
      const [columns, afterTab] = this.#columnsBeforeTab();
      this.#echoes.push(() => this.#screen.eraseTab(columns, afterTab));
    } else {
      const cells = isControl(first) ? (this.#local(t.ECHOCTL) ? 2 : 0) : 1;
      for (let i = 0; i < cells; i++) this.#echoRaw(BACKSPACE, SPACE, BACKSPACE);
    }
  }

  /** The columns of the line being edited since its last tab, or since it began.  @returns {[columns: number, afterTab: boolean]} */
  #columnsBeforeTab() {
    let columns = 0;
    for (let at = this.#typed.lineLength - 1; at >= 0; at--) {
      const byte = this.#typed.at(at);
      if (byte === TAB) return [columns % TAB_WIDTH, true];
      if (isControl(byte)) columns += this.#local(t.ECHOCTL) ? 2 : 0;
      else if (!isContinuation(byte, this.#termios.c_iflag)) columns++;
    }
    return [columns % TAB_WIDTH, false];
  }
}
