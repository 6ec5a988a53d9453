// @ts-check
/** What readers typed at the prompts of this site: kept by the browser from page to page, where it keeps such things. */

const KEY = "emrun-history";
/** Statements kept. */
const LIMIT = 500;

/** @returns {string[]} the latest last */
export function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((statement) => typeof statement === "string") : [];
  } catch {
    return []; // storage is off, or holds something else
  }
}

/** @param {string} statement */
export function add(statement) {
  const kept = load();
  if (!statement.trim() || kept.at(-1) === statement) return;
  try {
    localStorage.setItem(KEY, JSON.stringify([...kept, statement].slice(-LIMIT)));
  } catch {
    // storage is off or full: the session's own history goes on
  }
}
