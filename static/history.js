// @ts-check
/** What readers typed at the prompts of this site: kept by the browser from page to page, where it keeps such things. */
import { read, write } from "./storage.js";

const KEY = "emrun-history";
/** Statements kept. */
const LIMIT = 500;

/** @returns {string[]} the latest last */
export function load() {
  const kept = read(KEY);
  return Array.isArray(kept) ? kept.filter((statement) => typeof statement === "string") : [];
}

/** @param {string} statement */
export function add(statement) {
  const kept = load();
  if (statement.trim() && kept.at(-1) !== statement) write(KEY, [...kept, statement].slice(-LIMIT));
}
