// @ts-check
/** When a reader is about to press a button: what it needs can be fetched ahead. */

/** How far below the screen, in its heights, an element is near. */
const NEAR = "50%";

/** How long, in ms, the pointer or the keyboard has to stay: passing by is no interest. */
const DWELL = 80;

/** The Network Information API, where there is one. */
const { connection } = /** @type {{connection?: {saveData?: boolean, type?: string, effectiveType?: string}}} */ (navigator);

/**
 * @param {HTMLElement} button
 * @param {() => void} prepare  called at the most once
 */
export function whenInterested(button, prepare) {
  const watched = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let staying;
  const certain = () => {
    clearTimeout(staying);
    watched.abort();
    prepare();
  };
  const perhaps = () => {
    clearTimeout(staying);
    if (!thrifty()) staying = setTimeout(certain, DWELL);
  };
  const no = () => clearTimeout(staying);
  for (const [event, react] of /** @type {const} */ ([["pointerdown", certain], ["pointerenter", perhaps], ["focus", perhaps], ["pointerleave", no], ["blur", no]])) {
    button.addEventListener(event, react, { signal: watched.signal });
  }
}

/** Call once when an element is in view, or nearly.  @param {Element} element @param {() => void} action */
export function whenNear(element, action) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    action();
  }, { rootMargin: `${NEAR} 0px` });
  observer.observe(element);
}

/** Call once the page is there with all that it shows.  @param {() => void} action */
export function whenLoaded(action) {
  if (document.readyState === "complete") action();
  else globalThis.addEventListener("load", () => action(), { once: true });
}

/** Is the connection known to be fast, and not metered? Not every browser says. */
export function lavish() {
  return connection?.effectiveType === "4g" && !thrifty();
}

/** Does the reader, or the connection, ask for few bytes? */
export function thrifty() {
  if (matchMedia("(prefers-reduced-data: reduce)").matches) return true;
  return !!connection && (!!connection.saveData || connection.type === "cellular" || /[23]g$/.test(connection.effectiveType ?? ""));
}
