// @ts-check
/**
 * A terminal's text, plain, line by line: what a screen reader reads and tests compare. It follows the terminal's buffer, so
 * it says what the screen says, after carriage returns and redrawn prompts.
 */

/** @import { Terminal as XTerm, IMarker } from "./xterm/xterm.js" */

/** Lines kept: so many, and after a flood up to twice as many. */
const LIMIT = 2000;
/** How far above the cursor, in lines, a program may still change the screen without a full-screen display. */
const UNSETTLED = 50;
const CUT = "[earlier output is not kept]\n";

export class Transcript {
  #xterm;
  #log;
  /** Where in the buffer the lines begin that may still change. @type {IMarker | undefined} */ #mark;
  /** How many lines of the log are settled. */ #settled = 0;

  /** @param {XTerm} xterm @param {HTMLElement} log */
  constructor(xterm, log) {
    this.#xterm = xterm;
    this.#log = log;
    log.replaceChildren();
  }

  /** Make the log say what the terminal says. */
  sync() {
    const { active: buffer } = this.#xterm.buffer;
    if (buffer.type !== "normal") return;
    const lost = this.#mark?.isDisposed === true;
    const cursor = buffer.baseY + buffer.cursorY, newest = cursor - LIMIT, begin = lost ? 0 : (this.#mark?.line ?? 0);
    const lines = logicalLines(buffer, Math.max(begin, newest));
    if (newest > begin) this.#beginAgain(lines.splice(0, countSettled(lines, cursor)));
    else if (lost) this.#put(this.#settled++, CUT);
    lines.forEach(({ text }, index) => this.#put(this.#settled + index, index < lines.length - 1 ? `${text}\n` : text));
    while (this.#log.childNodes.length > this.#settled + lines.length) this.#log.lastChild?.remove();
    this.#settle(lines, cursor);
  }

  /** What would not be kept is not written down, and the rest in one: thousands of elements cost the page a layout.  @param {{text: string}[]} lines */
  #beginAgain(lines) {
    this.#log.replaceChildren();
    this.#put(0, CUT + lines.map(({ text }) => `${text}\n`).join(""));
    this.#settled = 1;
    this.#mark?.dispose();
  }

  /** @param {number} index @param {string} text */
  #put(index, text) {
    const line = this.#log.childNodes[index];
    if (!line) this.#log.append(Object.assign(document.createElement("span"), { textContent: text }));
    else if (line.textContent !== text) line.textContent = text;
  }

  /** @param {{start: number}[]} lines @param {number} cursor  the cursor's line in the buffer */
  #settle(lines, cursor) {
    const count = countSettled(lines, cursor);
    if (count || !this.#mark || this.#mark.isDisposed) {
      this.#mark?.dispose();
      this.#mark = this.#xterm.registerMarker(lines[count].start - cursor);
      this.#settled += count;
    }
    for (; this.#settled > LIMIT; this.#settled--) this.#log.firstChild?.remove();
  }
}

/** How many lines cannot change any more.  @param {{start: number}[]} lines @param {number} cursor  the cursor's line in the buffer */
const countSettled = (lines, cursor) => Math.max(0, lines.findIndex(({ start }) => start >= cursor - UNSETTLED));

/**
 * Lines as they were written, not as they were broken to fit.
 * @param {import("./xterm/xterm.js").IBuffer} buffer
 * @param {number} from  line of the buffer
 */
export function logicalLines(buffer, from) {
  /** @type {{start: number, text: string}[]} */
  const lines = [];
  let last = buffer.baseY + buffer.cursorY;
  for (let y = last + 1; y < buffer.length; y++) if (buffer.getLine(y)?.translateToString(true)) last = y;
  for (let y = from; y <= last; y++) {
    const line = buffer.getLine(y);
    if (!line) break;
    const continues = buffer.getLine(y + 1)?.isWrapped ?? false;
    const text = line.translateToString(!continues);
    if (line.isWrapped && lines.length) lines[lines.length - 1].text += text;
    else lines.push({ start: y, text });
  }
  return lines.length ? lines : [{ start: from, text: "" }];
}
