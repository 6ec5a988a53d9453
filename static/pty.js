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
import { Echoes } from "./echoes.js";
import { InputQueue } from "./input-queue.js";
import { LineEditor } from "./line-editor.js";
import { OutputProcessing } from "./output-processing.js";
import * as t from "./termios.js";

/** @import { Termios } from "./termios.js" */
/**
 * @typedef {object} PtyEvents
 * @property {(bytes: Uint8Array) => void} output    What the screen is to show, as a terminal takes it.
 * @property {(signum: number) => void} signal       A signal for the foreground program.
 * @property {() => void} readable                   `read` may now answer with something.
 * @property {() => void} [resumed]                  Output that was held (Ctrl-S) goes on.
 */

const SIGINT = 2, SIGQUIT = 3, SIGTSTP = 20;
const NEWLINE = 10, RETURN = 13;
/** VTIME's unit, in ms. */
const TENTH = 100;

export class Pty {
  #settings = new t.Settings();
  #typed = new InputQueue();
  #screen = new OutputProcessing();
  #echoes = new Echoes(this.#screen, this.#settings);
  #editor = new LineEditor(this.#typed, this.#echoes, this.#settings);
  /** Output is held (Ctrl-S). */ #stopped = false;
  /** What programs wrote meanwhile. @type {number[]} */ #held = [];
  #events;

  /** @param {PtyEvents} events */
  constructor(events) {
    this.#events = events;
  }

  /** @returns {Termios} The settings in force (a copy). */
  get termios() {
    return { ...this.#settings.termios, c_cc: [...this.#settings.termios.c_cc] };
  }

  /**
   * tcsetattr(3).
   * @param {Termios} termios
   * @param {{flush?: boolean}} [options]  flush: drop what was typed and not read (TCSAFLUSH).
   */
  configure(termios, { flush = false } = {}) {
    const wasCanonical = this.#settings.local(t.ICANON);
    this.#settings.termios = { ...termios, c_cc: termios.c_cc.map((byte) => byte & 0xff) };
    if (flush) this.flushInput();
    if (wasCanonical !== this.#settings.local(t.ICANON)) {
      this.#editor.forget();
      if (wasCanonical) this.#typed.forgetLines();
      else this.#typed.beginLines();
    }
    if (!this.#settings.input(t.IXON)) this.resume();
    this.#flush();
    if (this.readable) this.#events.readable();
  }

  /** Drop all that was typed and not read (tcflush(3)). */
  flushInput() {
    this.#typed.clear();
  }

  /** How many bytes can be read without waiting (FIONREAD). */
  get pending() {
    return this.#settings.local(t.ICANON) ? this.#typed.bytesOfLines : this.#typed.length;
  }

  /** Is there something to read, for poll(2)? An end of file counts. */
  get readable() {
    if (this.#settings.local(t.ICANON)) return this.#typed.hasLine;
    const { [t.VMIN]: minimum, [t.VTIME]: time } = this.#settings.termios.c_cc;
    return this.#typed.length >= (time ? 1 : Math.max(1, minimum));
  }

  /** How long, in ms, a read that `read` does not answer waits for the next byte before it takes what there is (VTIME). */
  get patience() {
    const { [t.VMIN]: minimum, [t.VTIME]: time } = this.#settings.termios.c_cc;
    if (this.#settings.local(t.ICANON)) return Infinity;
    if (minimum) return time && this.#typed.length ? time * TENTH : Infinity;
    return time * TENTH;
  }

  /**
   * read(2) without waiting.
   * @param {number} max  bytes wanted at most
   * @returns {Uint8Array | null} The bytes, none at an end of file; null: there is less than VMIN asks for.
   */
  read(max) {
    const enough = this.#settings.local(t.ICANON) || this.#typed.length >= Math.min(max, this.#settings.termios.c_cc[t.VMIN]);
    return enough ? this.take(max) : null;
  }

  /**
   * As `read`, but content with less than VMIN: what a non-blocking read does, or one that has lost its patience.
   * @param {number} max
   */
  take(max) {
    if (this.#settings.local(t.ICANON)) return this.#typed.hasLine ? this.#typed.takeLine(max) : null;
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
    this.#screen.write(bytes, this.#settings.termios);
    this.#flush();
  }

  /**
   * What the keyboard sends.
   * @param {Uint8Array} bytes
   */
  input(bytes) {
    const before = this.readable;
    for (const byte of bytes) {
      this.#receive(this.#settings.input(t.ISTRIP) ? byte & 0x7f : byte);
      this.#showEchoes();
    }
    this.#flush();
    const raw = !this.#settings.local(t.ICANON);
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
    this.#screen.write(Uint8Array.from(held), this.#settings.termios);
    this.#events.resumed?.();
  }

  #showEchoes() {
    if (!this.#stopped) this.#echoes.show();
  }

  // ── input ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** One byte from the keyboard (n_tty_receive_char_special).  @param {number} byte */
  #receive(byte) {
    if (this.#editor.takeLiteral(byte)) return;
    if (this.#flowControl(byte) || this.#signals(byte)) return;
    if (this.#stopped && this.#settings.input(t.IXON) && this.#settings.input(t.IXANY)) this.resume();
    let lineEnd = false;
    if (byte === RETURN) {
      if (this.#settings.input(t.IGNCR)) return;
      lineEnd = this.#settings.input(t.ICRNL);
      if (lineEnd) byte = NEWLINE;
    } else if (byte === NEWLINE && this.#settings.input(t.INLCR)) {
      byte = RETURN;
    }
    this.#editor.take(byte, lineEnd);
  }

  /** Ctrl-S and Ctrl-Q.  @param {number} byte @returns {boolean} taken */
  #flowControl(byte) {
    if (!this.#settings.input(t.IXON)) return false;
    if (this.#settings.is(byte, t.VSTART)) this.resume();
    else if (this.#settings.is(byte, t.VSTOP)) this.#stopped = true;
    else return false;
    return true;
  }

  /** @param {number} byte @returns {boolean} taken */
  #signals(byte) {
    if (!this.#settings.local(t.ISIG)) return false;
    const signum = this.#settings.is(byte, t.VINTR) ? SIGINT : this.#settings.is(byte, t.VQUIT) ? SIGQUIT : this.#settings.is(byte, t.VSUSP) ? SIGTSTP : 0;
    if (!signum) return false;
    if (!this.#settings.local(t.NOFLSH)) {
      this.flushInput();
      this.#echoes.drop();
    }
    if (this.#settings.input(t.IXON)) this.#start();
    if (this.#settings.local(t.ECHO)) this.#echoes.add(byte);
    this.#showEchoes();
    this.#release();
    this.#flush();
    this.#events.signal(signum);
    return true;
  }
}
