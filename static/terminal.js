// @ts-check
/**
 * The terminal of a session: the only importer of xterm.js. It stands under one block at a time; when it leaves, the block keeps
 * the text.
 */
import { styleSafeDocument, withAdoptedStyles } from "./adopted-style.js";
import { isTranscript, statements } from "./doctest.js";
import { Feed } from "./feed.js";
import { palette, screenText } from "./screen-text.js";
import { Transcript } from "./transcript.js";
import { FitAddon } from "./xterm/addon-fit.js";
import { Unicode11Addon } from "./xterm/addon-unicode11.js";
import { Terminal as XTerm } from "./xterm/xterm.js";

/** Lines kept above the screen. */
const SCROLLBACK = 5000;
const ROWS = 24, MIN_COLUMNS = 20;
/** How often, in ms, a transcript follows its terminal at the most; and in a flood, which nobody can follow: so many bytes in that time. */
const SYNC_EVERY = 100, SYNC_FLOOD_EVERY = 1000, FLOOD = 1 << 16;
const encoder = new TextEncoder();

/**
 * @typedef {object} TerminalEvents
 * @property {(bytes: Uint8Array) => void} type               what the keyboard sends
 * @property {(columns: number, rows: number) => void} resize
 * @property {() => boolean} prompting                        is it the idle prompt that reads?
 * @property {(lines: number) => void} full                   only the last so many lines are kept from now on
 */

export class Terminal {
  #events;
  /** @type {XTerm | null} */ #xterm = null;
  /** @type {Feed | null} */ #feed = null;
  #fit = new FitAddon();
  /** @type {HTMLElement | null} */ #place = null;
  /** @type {Transcript | null} */ #transcript = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #syncing;
  /** @type {ResizeObserver} */ #observer;
  #full = false;
  /** The rows that the terminal is high. */ #height = 0;
  /** Bytes that came to the screen since the transcript was last thought of. */ #fresh = 0;

  /** @param {TerminalEvents} events */
  constructor(events) {
    this.#events = events;
    this.#observer = new ResizeObserver(() => this.#refit());
  }

  /**
   * The size a terminal in `place` will have.
   * @param {HTMLElement} place
   * @returns {[columns: number, rows: number]}
   */
  sizeIn(place) {
    const hidden = place.hidden;
    place.hidden = false;
    const probe = document.createElement("span");
    probe.className = "emrun-probe";
    probe.textContent = "W".repeat(100);
    place.append(probe);
    const cell = probe.getBoundingClientRect().width / 100, width = place.clientWidth;
    probe.remove();
    place.hidden = hidden;
    return [Math.max(MIN_COLUMNS, Math.floor((width - 2) / (cell || 8)) || 80), ROWS];
  }

  /**
   * Stand under another block, empty.
   * @param {HTMLElement} place
   * @param {HTMLElement} log  the block's transcript
   */
  attach(place, log) {
    this.detach();
    place.replaceChildren();
    place.hidden = false;
    const style = getComputedStyle(place);
    const xterm = new XTerm({
      rows: ROWS,
      scrollback: SCROLLBACK,
      allowProposedApi: true,
      documentOverride: /** @type {any} */ (styleSafeDocument),
      fontFamily: style.fontFamily,
      fontSize: parseFloat(style.fontSize),
      theme: palette(place),
      screenReaderMode: false,
    });
    this.#fit = new FitAddon();
    xterm.loadAddon(this.#fit);
    xterm.loadAddon(new Unicode11Addon());
    xterm.unicode.activeVersion = "11";
    withAdoptedStyles(() => xterm.open(place));
    xterm.textarea?.setAttribute("aria-label", "Terminal. Escape, then Tab, leaves it.");
    xterm.attachCustomKeyEventHandler(keyFilter(xterm));
    place.addEventListener("paste", this.#pasteStatements, true);
    xterm.onData((text) => this.#events.type(encoder.encode(text)));
    xterm.onBinary((text) => this.#events.type(Uint8Array.from(text, (char) => char.charCodeAt(0))));
    xterm.onResize(({ cols, rows }) => this.#events.resize(cols, rows));
    this.#xterm = xterm;
    this.#feed = new Feed(xterm, (bytes) => this.#drawn(bytes));
    this.#place = place;
    this.#transcript = new Transcript(xterm, log);
    this.#full = false;
    this.#observer.observe(place);
    this.#refit();
    this.#grow({ force: true });
  }

  /** Leave the block; its text stays. */
  detach() {
    const xterm = this.#xterm, place = this.#place;
    if (!xterm || !place) return;
    this.sync();
    this.#observer.disconnect();
    place.removeEventListener("paste", this.#pasteStatements, true);
    const text = screenText(xterm);
    xterm.dispose();
    place.replaceChildren(text);
    place.style.removeProperty("height");
    place.hidden = !text.textContent;
    this.#feed?.end();
    this.#xterm = this.#feed = this.#place = this.#transcript = null;
  }

  /** @param {Uint8Array} bytes @returns {Promise<void> | void} resolves when more may come */
  write(bytes) {
    return this.#feed?.write(bytes);
  }

  /** @returns {Promise<void> | void} resolves when everything written is on the screen */
  settled() {
    return this.#feed?.settled();
  }

  /** Of what is not yet on the screen, little is wanted any more. */
  interrupted() {
    this.#feed?.interrupted();
  }

  /** @param {number} bytes  that have come to the screen */
  #drawn(bytes) {
    this.#grow();
    this.#noticeLoss();
    this.#fresh += bytes;
    this.#syncing ??= setTimeout(() => this.#follow(performance.now() + SYNC_FLOOD_EVERY), SYNC_EVERY);
  }

  /** The prompt begins on a line of its own. */
  freshLine() {
    const xterm = this.#xterm;
    if (!xterm || xterm.buffer.active.cursorX === 0) return;
    xterm.write("\r\n");
  }

  /** Bring the transcript up to date, but in a flood not before `latest`.  @param {number} latest */
  #follow(latest) {
    const flood = this.#fresh > FLOOD && performance.now() < latest;
    this.#fresh = 0;
    if (flood) this.#syncing = setTimeout(() => this.#follow(latest), SYNC_EVERY);
    else this.sync();
  }

  /** Bring the transcript up to date. */
  sync() {
    clearTimeout(this.#syncing);
    this.#syncing = undefined;
    this.#transcript?.sync();
  }

  /** Give the keyboard to the terminal where the reader already is at the block.  @param {HTMLElement} element */
  focusIfWithin(element) {
    if (element.contains(document.activeElement)) this.#xterm?.focus();
  }

  /** At the prompt a transcript is pasted as what was typed in it.  @param {ClipboardEvent} event */
  #pasteStatements = (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!this.#events.prompting() || !isTranscript(text)) return;
    event.preventDefault();
    event.stopPropagation();
    // Ending in a line of its own, several statements are run by one Enter.
    this.#xterm?.paste(`${statements(text)}\n`);
  };

  #refit() {
    const proposed = this.#fit.proposeDimensions();
    if (!this.#xterm || !proposed?.cols) return;
    this.#xterm.resize(Math.max(MIN_COLUMNS, proposed.cols), ROWS);
    this.#grow({ force: true });
  }

  #noticeLoss() {
    if (this.#full || (this.#xterm?.buffer.active.baseY ?? 0) < SCROLLBACK) return;
    this.#full = true;
    this.#events.full(SCROLLBACK + ROWS);
  }

  /** As high as what is on it, up to the whole screen. */
  #grow({ force = false } = {}) {
    const xterm = this.#xterm, place = this.#place;
    if (!xterm || !place) return;
    const { active } = xterm.buffer;
    const whole = active.type === "alternate" || active.baseY > 0;
    let used = whole ? xterm.rows : active.cursorY + 1;
    if (!whole) while (used < xterm.rows && active.getLine(used)?.translateToString(true)) used++;
    if (used === this.#height && !force) return;
    const screen = place.querySelector(".xterm-screen");
    if (!screen) return;
    this.#height = used;
    const frame = place.offsetHeight - place.clientHeight;
    place.style.height = `${(screen.clientHeight / xterm.rows) * used + frame + 2 * parseFloat(getComputedStyle(place).paddingTop)}px`;
  }
}

/**
 * Keys that are the browser's: leaving the terminal (Shift+Tab; Escape, then Tab), copying a selection, pasting.
 * @param {XTerm} xterm
 */
function keyFilter(xterm) {
  let escaped = false;
  return (/** @type {KeyboardEvent} */ event) => {
    if (event.type !== "keydown") return true;
    const { key, ctrlKey, metaKey, shiftKey } = event;
    const leaves = key === "Tab" && (shiftKey || escaped);
    escaped = key === "Escape";
    const letter = key.toLowerCase();
    const copies = (ctrlKey || metaKey) && letter === "c" && xterm.hasSelection();
    const pastes = (ctrlKey || metaKey) && letter === "v";
    return !(leaves || copies || pastes);
  };
}
