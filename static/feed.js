// @ts-check
/**
 * Brings output to xterm.js: enough to keep it busy, and little more, for what it was given cannot be taken back when the reader
 * presses Stop. Of a flood it is given what stays (`backlog.js`).
 */
import { Backlog } from "./backlog.js";

/** @import { Terminal as XTerm } from "./xterm/xterm.js" */

/** How many bytes may be on their way to the screen. */
const WINDOW = 1 << 18;
/** So many bytes of text may: most of a flood need not be shown. */
const TEXT_WINDOW = 1 << 19;
/** Text beyond so many bytes waits until xterm.js is idle, and then so long, in ms, for more. */
const LITTLE = 1 << 16, PAUSE = 16;
/** Of that text xterm.js is given what it takes in so many ms. */
const LEAD = 25;

export class Feed {
  #xterm;
  #shown;
  #ended = false;
  /** What xterm.js has not been given. */ #backlog;
  /** Bytes that it was given and has not taken. */ #behind = 0;
  /** When it had taken all. */ #idleSince = 0;
  /** How many bytes it takes in `LEAD` ms. */ #lead = LITTLE;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #pausing;
  /** Called when it is so. @type {{so: () => boolean, resolve: () => void}[]} */ #waiters = [];

  /** @param {XTerm} xterm @param {(bytes: number) => void} shown  so many more are on the screen */
  constructor(xterm, shown) {
    this.#xterm = xterm;
    this.#shown = shown;
    this.#backlog = new Backlog(xterm.rows + (xterm.options.scrollback ?? 0), TEXT_WINDOW);
    xterm.parser.registerCsiHandler({ final: "r" }, (margins) => {
      // Outside its margins a screen does not scroll.
      this.#backlog.whole = margins.some((margin) => Number(margin) > 0);
      return false;
    });
  }

  /** @param {Uint8Array} bytes @returns {Promise<void> | void} resolves when more may come */
  write(bytes) {
    this.#backlog.add(bytes);
    this.#go();
    return this.#until(() => this.#behind + this.#backlog.length <= (this.#backlog.plain ? TEXT_WINDOW : WINDOW));
  }

  /** @returns {Promise<void> | void} resolves when everything written is on the screen */
  settled() {
    this.#give();
    return this.#until(() => this.#behind + this.#backlog.length === 0);
  }

  /** The reader has stopped the program: of the text that was on its way a screen's lines are enough. */
  interrupted() {
    this.#backlog.trim(this.#xterm.rows);
  }

  /** The screen is gone. */
  end() {
    this.#ended = true;
    clearTimeout(this.#pausing);
    for (const { resolve } of this.#waiters) resolve();
  }

  /** Give xterm.js what there is, or wait for more. */
  #go() {
    const { length, plain } = this.#backlog;
    if (!plain || this.#behind + length <= LITTLE) return this.#give();
    if (this.#behind) return;
    const rest = this.#idleSince + PAUSE - performance.now();
    if (rest <= 0 || length >= TEXT_WINDOW) this.#give(this.#lead);
    else this.#pausing ??= setTimeout(() => this.#give(this.#lead), rest);
  }

  #give(most = Infinity) {
    clearTimeout(this.#pausing);
    this.#pausing = undefined;
    if (!this.#backlog.length) return;
    const bytes = this.#backlog.take(most), since = performance.now();
    this.#behind += bytes.length;
    this.#xterm.write(bytes, () => {
      if (this.#ended) return;
      if (bytes.length >= LITTLE) this.#lead = Math.max(LITTLE, (bytes.length * LEAD) / (performance.now() - since));
      this.#shown(bytes.length);
      this.#taken(bytes.length);
    });
  }

  /** @param {number} bytes  that xterm.js has taken */
  #taken(bytes) {
    this.#behind -= bytes;
    if (!this.#behind) {
      this.#idleSince = performance.now();
      this.#backlog.shown();
      this.#go();
    }
    const ready = this.#waiters.filter(({ so }) => so());
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  /** @param {() => boolean} so @returns {Promise<void> | void} resolves when it is so, or never will be */
  #until(so) {
    if (!this.#ended && !so()) return new Promise((resolve) => void this.#waiters.push({ so, resolve }));
  }
}
