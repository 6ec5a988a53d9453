// @ts-check
/** When a reader is about to press a button: what it needs can be fetched ahead. */

/** How long, in ms, the pointer or the keyboard has to stay: passing by is no interest. */
const DWELL = 80;

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

/** Does the reader, or the connection, ask for few bytes? */
function thrifty() {
  const { connection } = /** @type {{connection?: {saveData?: boolean, type?: string, effectiveType?: string}}} */ (navigator);
  if (matchMedia("(prefers-reduced-data: reduce)").matches) return true;
  return !!connection && (!!connection.saveData || connection.type === "cellular" || /[23]g$/.test(connection.effectiveType ?? ""));
}
