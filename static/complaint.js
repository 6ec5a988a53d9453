// @ts-check
/** What should not happen, and harms nobody: said in the browser's console, for whoever looks there. */

/** What was said already: a program may cause it in a loop. @type {Set<string>} */
const said = new Set();

/** @param {string} what @param {unknown} detail */
export function complain(what, detail) {
  if (said.has(what)) return;
  said.add(what);
  console.warn(`sphinx-emrun: ${what}. This is said once.`, detail);
}
