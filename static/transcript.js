// @ts-check
/**
 * A terminal's text, plain, line by line: what a screen reader reads and tests compare. It follows the terminal's buffer, so
 * it says what the screen says, after carriage returns and redrawn prompts.
 */

/** @import { Terminal as XTerm, IMarker } from "./xterm/xterm.js" */

/** Lines kept; and how many of a flood, which nobody can follow: each costs the page a layout. */
const LIMIT = 2000, OF_FLOOD = 300;
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
    const cursor = buffer.baseY + buffer.cursorY, begin = lost ? 0 : (this.#mark?.line ?? 0), flood = cursor - begin > LIMIT;
    if (flood) {
      // What would not be kept is not written down.
      this.#log.replaceChildren();
      this.#settled = 0;
    }
    const lines = logicalLines(buffer, flood ? cursor - OF_FLOOD : begin);
    if (lost || flood) this.#put(this.#settled++, CUT);
    lines.forEach(({ text }, index) => this.#put(this.#settled + index, index < lines.length - 1 ? `${text}\n` : text));
    while (this.#log.childNodes.length > this.#settled + lines.length) this.#log.lastChild?.remove();
    this.#settle(lines, cursor);
  }

  /** @param {number} index @param {string} text */
  #put(index, text) {
    const line = this.#log.childNodes[index];
    if (!line) this.#log.append(Object.assign(document.createElement("span"), { textContent: text }));
    else if (line.textContent !== text) line.textContent = text;
  }

  /** @param {{start: number}[]} lines @param {number} cursor  the cursor's line in the buffer */
  #settle(lines, cursor) {
    const count = lines.findIndex(({ start }) => start >= cursor - UNSETTLED);
    if (count > 0 || !this.#mark || this.#mark.isDisposed) {
      this.#mark?.dispose();
      this.#mark = this.#xterm.registerMarker(lines[Math.max(count, 0)].start - cursor);
      this.#settled += Math.max(count, 0);
    }
    for (; this.#settled > LIMIT; this.#settled--) this.#log.firstChild?.remove();
  }
}

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
