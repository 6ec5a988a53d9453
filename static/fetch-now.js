// @ts-check
/** Fetches a file of the site in the middle of a system call, which cannot wait for a promise. */
import { FetchError } from "./fetching.js";
import { sha256 } from "./sha256.js";

/** @import { Published } from "./fetching.js" */

/**
 * Not watched: the thread stands still meanwhile. The browser's own limits hold, and the page's Stop.
 * @param {string} url
 * @param {Published} file
 * @returns {Uint8Array} what the build published, from a second try, past the browser's cache, where the first gave something else
 * @throws {FetchError}
 */
export function fetchNow(url, file) {
  try {
    return request(url, file, {});
  } catch {
    return request(url, file, { "Cache-Control": "no-cache" });
  }
}

/** @param {string} url @param {Published} file @param {Record<string, string>} headers */
function request(url, file, headers) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  try {
    request.send();
  } catch (cause) {
    throw new FetchError(file, "could not be loaded (is the network there?)", { cause });
  }
  if (request.status !== 200) throw new FetchError(file, `could not be loaded: the server answered ${request.status}`);
  const bytes = new Uint8Array(request.response);
  if (sha256(bytes) !== file.sha256) throw new FetchError(file, "is not the file that this site was built with");
  return bytes;
}
