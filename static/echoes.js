// @ts-check
/** What a terminal shows of what is typed. Echoes wait where output is held (Ctrl-S), and are made by the settings of the moment they are shown. */
import { TAB, isControl } from "./output-processing.js";
import * as t from "./termios.js";

/** @import { OutputProcessing } from "./output-processing.js" */
/** @import { Settings } from "./termios.js" */

const BACKSPACE = 8, SPACE = 32;

export class Echoes {
  #screen;
  #settings;
  /** @type {(() => void)[]} */ #waiting = [];

  /** @param {OutputProcessing} screen @param {Settings} settings */
  constructor(screen, settings) {
    this.#screen = screen;
    this.#settings = settings;
  }

  show() {
    for (const echo of this.#waiting) echo();
    this.#waiting = [];
  }

  drop() {
    this.#waiting = [];
  }

  /** Bytes as they are.  @param {number[]} bytes */
  addRaw(...bytes) {
    this.#waiting.push(() => bytes.forEach((byte) => this.#screen.put(byte, this.#settings.termios)));
  }

  /** A byte as typed: controls as ^X.  @param {number} byte */
  add(byte) {
    if (this.#settings.local(t.ECHOCTL) && isControl(byte) && byte !== TAB) this.#waiting.push(() => this.#screen.putControl(byte));
    else this.addRaw(byte);
  }

  /** The line that is edited begins here. */
  addMark() {
    this.#waiting.push(() => this.#screen.markLine());
  }

  /** So many columns less.  @param {number} columns */
  addErased(columns) {
    for (let i = 0; i < columns; i++) this.addRaw(BACKSPACE, SPACE, BACKSPACE);
  }

  /** A tab less.  @param {number} columns @param {boolean} afterTab  what is left before it (`OutputProcessing.eraseTab`) */
  addErasedTab(columns, afterTab) {
    this.#waiting.push(() => this.#screen.eraseTab(columns, afterTab));
  }
}
