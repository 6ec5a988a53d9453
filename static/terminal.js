// @ts-check
/**
 * The terminal of a session: the only importer of xterm.js. It stands under one block at a time; when it leaves, the block keeps
 * the text.
 */
import { styleSafeDocument, withAdoptedStyles } from "./adopted-style.js";
import { Backlog } from "./backlog.js";
import { BASE } from "./bundle.js";
import { isTranscript, statements } from "./doctest.js";
import { palette, screenText } from "./screen-text.js";
import { Transcript } from "./transcript.js";
import { FitAddon } from "./xterm/addon-fit.js";
import { Unicode11Addon } from "./xterm/addon-unicode11.js";
import { Terminal as XTerm } from "./xterm/xterm.js";

/** Lines kept above the screen. */
const SCROLLBACK = 5000;
const ROWS = 24, MIN_COLUMNS = 20;
const ALL_LINES = SCROLLBACK + ROWS;
/** How often, in ms, a transcript follows its terminal at the most; and in a flood, which nobody can follow: so many bytes in that time. */
const SYNC_EVERY = 100, SYNC_FLOOD_EVERY = 1000, FLOOD = 1 << 16;
/** How many bytes xterm.js may have before it that are not yet on the screen: enough to keep it busy, few enough to stop soon. */
const WINDOW = 1 << 18;
/**
 * Text beyond so many bytes waits until xterm.js is idle, and then so long, in ms, for more, so that what nobody can see is left out;
 * but no more than `MOST` bytes wait. Of that, xterm.js is given what it will take in `LEAD` ms: it cannot be taken back when the
 * reader presses Stop.
 */
const LITTLE = 1 << 16, PAUSE = 16, MOST = 1 << 19, LEAD = 25;
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
  #fit = new FitAddon();
  /** @type {HTMLElement | null} */ #place = null;
  /** @type {Transcript | null} */ #transcript = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #syncing;
  /** @type {ResizeObserver} */ #observer;
  #full = false;
  /** The rows that the terminal is high. */ #height = 0;
  /** What xterm.js has not been given. */ #backlog = new Backlog(ALL_LINES, MOST);
  /** Bytes that it was given and has not taken. */ #behind = 0;
  /** When it had taken all. */ #idleSince = 0;
  /** How many bytes it takes in `LEAD` ms. */ #lead = LITTLE;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #pausing;
  /** Called when it is so. @type {{so: () => boolean, resolve: () => void}[]} */ #waiters = [];
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
    this.#linkStyle();
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
    this.#linkStyle();
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
    xterm.parser.registerCsiHandler({ final: "r" }, ([top]) => {
      // Outside its margins a screen does not scroll.
      this.#backlog.whole = Number(top) > 0;
      return false;
    });
    xterm.onResize(({ cols, rows }) => this.#events.resize(cols, rows));
    this.#xterm = xterm;
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
    this.#xterm = this.#place = this.#transcript = null;
    this.#backlog.clear();
    this.#backlog.lines = ALL_LINES;
    this.#taken(this.#behind);
  }

  /** @param {Uint8Array} bytes @returns {Promise<void> | void} resolves when more may come */
  write(bytes) {
    if (!this.#xterm) return;
    this.#backlog.add(bytes);
    this.#feed();
    return this.#until(() => this.#behind + this.#backlog.length <= (this.#backlog.plain ? MOST : WINDOW));
  }

  /** @returns {Promise<void> | void} resolves when everything written is on the screen */
  settled() {
    this.#give();
    return this.#until(() => this.#behind + this.#backlog.length === 0);
  }

  /** Of the text that is not yet on the screen only a screen's lines are wanted, for the reader has stopped the program. */
  interrupted() {
    this.#backlog.lines = ROWS;
  }

  /** Give xterm.js the backlog, or wait for more of it. */
  #feed() {
    const { length, plain } = this.#backlog;
    if (!plain || this.#behind + length <= LITTLE) return this.#give();
    if (this.#behind) return;
    const rest = this.#idleSince + PAUSE - performance.now();
    if (rest <= 0 || length >= MOST) this.#give(this.#lead);
    else this.#pausing ??= setTimeout(() => this.#give(this.#lead), rest);
  }

  #give(most = Infinity) {
    clearTimeout(this.#pausing);
    this.#pausing = undefined;
    const xterm = this.#xterm;
    if (!xterm || !this.#backlog.length) return;
    const bytes = this.#backlog.take(most), since = performance.now();
    this.#behind += bytes.length;
    xterm.write(bytes, () => {
      if (xterm !== this.#xterm) return;
      if (bytes.length > LITTLE / 2) this.#lead = Math.max(LITTLE, (bytes.length * LEAD) / (performance.now() - since));
      this.#grow();
      this.#noticeLoss();
      this.#fresh += bytes.length;
      this.#syncing ??= setTimeout(() => this.#follow(performance.now() + SYNC_FLOOD_EVERY), SYNC_EVERY);
      this.#taken(bytes.length);
    });
  }

  /** @param {number} bytes  that xterm.js has taken */
  #taken(bytes) {
    this.#behind -= bytes;
    if (!this.#behind) {
      this.#idleSince = performance.now();
      this.#backlog.shown();
      if (!this.#backlog.length) this.#backlog.lines = ALL_LINES;
      this.#feed();
    }
    const ready = this.#waiters.filter(({ so }) => so());
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  /** @param {() => boolean} so @returns {Promise<void> | void} resolves when it is so */
  #until(so) {
    if (!so()) return new Promise((resolve) => void this.#waiters.push({ so, resolve }));
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
    this.#events.full(ALL_LINES);
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

  #linkStyle() {
    const href = new URL("xterm/xterm.css", BASE).href;
    if (document.querySelector(`link[href="${href}"]`)) return;
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href });
    document.head.append(link);
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
