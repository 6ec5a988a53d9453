// @ts-check
/**
 * A document for xterm.js under a strict Content Security Policy: what it writes into `<style>` elements and `style` attributes,
 * which `style-src 'self'` forbids, goes through the style sheet API, which it allows.
 */

/** @this {HTMLElement} @param {string} name @param {string} value */
function setAttribute(name, value) {
  if (name === "style") this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
}

/** An element that stands for a `<style>`: its text is a style sheet of the document. */
function adoptedStyle() {
  const sheet = new CSSStyleSheet(), element = Document.prototype.createElement.call(document, "span");
  element.hidden = true;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  Object.defineProperty(element, "textContent", { set: (/** @type {string} */ css) => sheet.replaceSync(css) });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    Element.prototype.remove.call(element);
  };
  return element;
}

/** @param {string} name */
function createElement(name) {
  if (name === "style") return adoptedStyle();
  const element = Document.prototype.createElement.call(document, name);
  if (name === "span") element.setAttribute = setAttribute;
  return element;
}

/**
 * Open a terminal: some of its styles are made through the page's own document.
 * @param {() => void} open
 */
export function withAdoptedStyles(open) {
  document.createElement = /** @type {typeof document.createElement} */ (createElement);
  try {
    open();
  } finally {
    Reflect.deleteProperty(document, "createElement");
  }
}

/** xterm.js' `documentOverride`. */
export const styleSafeDocument = new Proxy(document, {
  get(target, key) {
    if (key === "createElement") return createElement;
    const value = Reflect.get(target, key, target);
    return typeof value === "function" ? value.bind(target) : value;
  },
  set: (target, key, value) => Reflect.set(target, key, value, target),
});
