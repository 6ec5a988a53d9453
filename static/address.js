// @ts-check
/** Which addresses a page offers its reader. */

/** `javascript:` and the like would run in the page. */
const OFFERED = new Set(["http:", "https:", "mailto:"]);

/** @param {string} address @returns {string | null} the address as it is offered; null: it is not */
export function offered(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url && OFFERED.has(url.protocol) ? url.href : null;
}
