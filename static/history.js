// @ts-check
/** What readers typed at the prompts of this site: kept by the browser from page to page, where it keeps such things. */
import { read, write } from "./storage.js";

const NAME = "emrun-history";
/** Statements kept, and characters in all: all sites of an origin share a few megabytes. */
const STATEMENTS = 500, CHARACTERS = 50_000;

/** @returns {string[]} the latest last */
export function load() {
  const kept = read(NAME);
  return Array.isArray(kept) ? latest(kept.filter((statement) => typeof statement === "string")) : [];
}

/** @param {string} statement */
export function add(statement) {
  const kept = load();
  if (statement.trim() && kept.at(-1) !== statement) write(NAME, latest([...kept, statement]));
}

/** As many of the last as may be kept; one that is too long by itself is left out.  @param {string[]} statements */
function latest(statements) {
  const short = statements.filter((statement) => statement.length <= CHARACTERS).slice(-STATEMENTS);
  let first = short.length, characters = 0;
  while (first > 0 && (characters += short[first - 1].length) <= CHARACTERS) first--;
  return short.slice(first);
}
