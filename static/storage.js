// @ts-check
/** What the browser keeps of this site from page to page, where it keeps such things: values that JSON can hold. */

/** @param {string} key @returns {unknown}  null where there is none, storage is off, or it holds something else */
export function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {unknown} value  lost where storage is off or full */
export function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // who reads it goes on without
  }
}
