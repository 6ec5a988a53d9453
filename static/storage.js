// @ts-check
/**
 * What the browser keeps of this site from page to page, where it keeps such things: values that JSON can hold. An origin may hold
 * other sites besides, so each keeps its own under its own path.
 */
import { BASE } from "./bundle.js";

/** The path of the site, as far as one build of it shares it with the next. */
const SITE = new URL("../", BASE).pathname;

/** @param {string} name */
const keyOf = (name) => `${name}:${SITE}`;

/** @param {string} name @returns {unknown}  null where there is none, storage is off, or it holds something else */
export function read(name) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(name)) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name @param {unknown} value  lost where storage is off or full */
export function write(name, value) {
  try {
    localStorage.setItem(keyOf(name), JSON.stringify(value));
  } catch {
    // who reads it goes on without
  }
}
