// @ts-check
/** A terminal's text as elements of the page, colours kept: what stays of a block's output when its terminal has gone. */

/** @import { Terminal as XTerm, IBufferCell, ITheme } from "./xterm/xterm.js" */

/** The style sheet's names for the sixteen colours. */
const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** @param {HTMLElement} place  where the style sheet's colours are defined @returns {ITheme} */
export function palette(place) {
  const probe = place.appendChild(document.createElement("span"));
  const colour = (/** @type {string} */ name) => {
    probe.style.color = `var(--emrun-${name})`;
    return getComputedStyle(probe).color;
  };
  const theme = { background: colour("background"), foreground: colour("foreground"), cursor: colour("foreground"), selectionBackground: colour("selection") };
  for (const name of NAMES) {
    const bright = `bright${name[0].toUpperCase()}${name.slice(1)}`;
    Object.assign(theme, { [name]: colour(name), [bright]: colour(`bright-${name}`) });
  }
  probe.remove();
  return theme;
}

/** @param {XTerm} xterm @returns {HTMLPreElement} empty when the screen is */
export function screenText(xterm) {
  const pre = document.createElement("pre");
  pre.className = "emrun-screen";
  const { normal: buffer } = xterm.buffer;
  const end = buffer.baseY + buffer.cursorY;
  for (let y = 0; y <= end; y++) {
    const line = buffer.getLine(y);
    if (!line) break;
    if (y > 0 && !line.isWrapped) pre.append("\n");
    const wraps = buffer.getLine(y + 1)?.isWrapped ?? false;
    appendRuns(pre, line, wraps ? line.length : line.translateToString(true).length);
  }
  dropIdlePrompt(pre);
  return pre;
}

/** The prompt moved on with the session.  @param {HTMLElement} pre */
function dropIdlePrompt(pre) {
  while (/\n?>>> ?$/.test(pre.textContent ?? "") && pre.lastChild) {
    const last = pre.lastChild, text = last.textContent ?? "";
    last.remove();
    if (/>>> ?$/.test(text)) break;
  }
  if (pre.lastChild?.textContent === "\n") pre.lastChild.remove();
}

/** @param {HTMLElement} pre @param {import("./xterm/xterm.js").IBufferLine} line @param {number} width  cells */
function appendRuns(pre, line, width) {
  let run = "", look = "";
  /** @type {IBufferCell | undefined} */ let sample;
  const flush = () => {
    if (run) pre.append(sample && look ? styled(run, sample) : run);
    run = "";
  };
  for (let x = 0; x < width; x++) {
    const cell = line.getCell(x);
    if (!cell || cell.getWidth() === 0) continue;
    const next = key(cell);
    if (next !== look) {
      flush();
      look = next;
      sample = line.getCell(x);
    }
    run += cell.getChars() || " ";
  }
  flush();
}

/** Cells with the same key look alike; "" is the plain look.  @param {IBufferCell} cell */
function key(cell) {
  if (cell.isAttributeDefault()) return "";
  return [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor(), cell.isBold(), cell.isDim(), cell.isItalic(),
    cell.isUnderline(), cell.isInverse(), cell.isStrikethrough()].join();
}

/** @param {string} text @param {IBufferCell} cell */
function styled(text, cell) {
  const span = document.createElement("span");
  span.textContent = text;
  const foreground = colourOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
  const background = colourOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
  const inverse = cell.isInverse();
  const front = inverse ? (background ?? "var(--emrun-background)") : foreground;
  const back = inverse ? (foreground ?? "var(--emrun-foreground)") : background;
  // Set through the style sheet API, which a strict Content Security Policy allows.
  if (front) span.style.color = front;
  if (back) span.style.backgroundColor = back;
  if (cell.isBold()) span.style.fontWeight = "bold";
  if (cell.isDim()) span.style.opacity = "0.7";
  if (cell.isItalic()) span.style.fontStyle = "italic";
  if (cell.isUnderline()) span.style.textDecoration = "underline";
  if (cell.isStrikethrough()) span.style.textDecoration = "line-through";
  return span;
}

/** @param {boolean} rgb @param {boolean} indexed @param {number} colour @returns {string | undefined} CSS */
function colourOf(rgb, indexed, colour) {
  if (rgb) return `#${colour.toString(16).padStart(6, "0")}`;
  if (!indexed) return undefined;
  if (colour < 16) return `var(--emrun-${colour < 8 ? "" : "bright-"}${NAMES[colour % 8]})`;
  if (colour >= 232) {
    const grey = 8 + (colour - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const level = (/** @type {number} */ part) => (part ? 55 + part * 40 : 0), cube = colour - 16;
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`;
}
