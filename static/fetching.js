// @ts-check
/**
 * Fetches a file of the site: watched, so that no wait is endless, and checked, so that only what the build published is used.
 * The page and the worker both do.
 */
import { Watch } from "./watch.js";

/**
 * @typedef {object} Published          A file as the build knows it.
 * @property {string} name              for the reader
 * @property {string} sha256            in hex; its first 16 digits may be all that is known
 * @property {number} [size]            in bytes
 *
 * @typedef {object} FetchOptions
 * @property {boolean} [fresh]          past the browser's cache
 * @property {Cache | undefined} [kept]            looked into before the network, and filled from it
 * @property {AbortSignal} [abandon]    it is not wanted any more, which is no failure
 * @property {(bytes: number) => void} [arrived]
 * @property {(seconds: number) => void} [quiet]   nothing has arrived for so long
 * @property {() => void} [judged]      it was found right, or not, or is not wanted any more
 * @property {(error: FetchError) => void} [failed]  besides the promise or the body, whose reader may not pass it on
 *
 * @typedef {object} Unchecked          What the browser itself reads best when it comes straight from the network or its cache.
 * @property {Response} response        with the host's headers
 * @property {Response} checked         The same; its body ends only when the file was found right. To be read to its end.
 */

/** A file that did not arrive, or not as it was published; the message is a sentence without its full stop. */
export class FetchError extends Error {
  /** @param {Published} file @param {string} problem @param {ErrorOptions} [options] */
  constructor(file, problem, options) {
    super(`${file.name} ${problem}`, options);
    this.file = file.name;
  }
}

/**
 * Pages may hash only when they come from https or localhost. Elsewhere `fetch` itself checks, which it can by a whole hash only,
 * and at the price of streaming.
 */
export const CAN_HASH = globalThis.crypto?.subtle !== undefined;
const WHOLE = 64;
/** The browser's own: while Pyodide starts, its `fetch` is another (`interpreter.js`). */
const fetch = globalThis.fetch.bind(globalThis);

/**
 * What lies below the bundle's folder never changes at its URL, so a copy in the cache is right however old it is, or it is
 * broken, which its hash shows.
 * @param {string} url
 * @param {Published} file
 * @param {FetchOptions} [options]
 * @returns {Promise<Response>} With the host's headers. Its body ends only when the file was found right: who reads to the end has
 *          read what was published.
 * @throws {FetchError} also while the body is read
 */
export async function fetchFile(url, file, options) {
  return (await begin(url, file, ({ body }) => body, options)).checked;
}

/**
 * @param {string} url
 * @param {Published} file
 * @param {FetchOptions} [options]
 * @returns {Promise<Unchecked>}
 * @throws {FetchError}
 */
export async function fetchUnchecked(url, file, options) {
  return begin(url, file, (response) => response.clone().body, options);
}

/**
 * @param {string} url
 * @param {Published} file
 * @param {(response: Response) => Response["body"]} take  gives what is to be checked
 * @param {FetchOptions} [options]
 * @returns {Promise<Unchecked>}
 */
async function begin(url, file, take, { fresh = false, kept, abandon, arrived = () => {}, quiet = () => {}, judged = () => {}, failed = () => {} } = {}) {
  const giveUp = new AbortController();
  abandon?.addEventListener("abort", () => giveUp.abort());
  /** @type {FetchError | undefined} */
  let late;
  const watch = new Watch({
    quiet,
    late(seconds) {
      late = new FetchError(file, `has stopped arriving: nothing came for ${seconds} seconds`);
      giveUp.abort(late);
    },
  });
  try {
    const integrity = CAN_HASH || file.sha256.length < WHOLE ? "" : `sha256-${base64(file.sha256)}`;
    const found = fresh ? undefined : await kept?.match(url);
    const response = found ?? await fetch(url, { cache: fresh ? "reload" : "force-cache", integrity, signal: giveUp.signal });
    const content = response.ok && take(response);
    if (!content) throw new FetchError(file, `could not be loaded: the server answered ${response.status}`);
    const body = checked(content, file, {
      arrived: (bytes) => (watch.sign(), arrived(bytes)),
      ended: () => watch.stop(),
      right: (bytes) => {
        // A full disk is no reason to fail.
        if (!found) kept?.put(url, new Response(bytes)).catch(() => {});
      },
      judged,
      failed(error) {
        if (!abandon?.aborted) failed(late ?? error);
        return late ?? error;
      },
    });
    return { response, checked: new Response(body, { headers: response.headers }) };
  } catch (cause) {
    watch.stop();
    const error = late ?? (cause instanceof FetchError ? cause : new FetchError(file, "could not be loaded (is the network there?)", { cause }));
    failed(error);
    judged();
    throw error;
  }
}

/**
 * The whole of a file.
 * @param {string} url
 * @param {Published} file
 * @param {FetchOptions} [options]
 * @returns {Promise<Uint8Array<ArrayBuffer>>} from a second try, past the cache, where the first gave something else
 * @throws {FetchError}
 */
export async function fetchBytes(url, file, options = {}) {
  return whole(url, file, options).catch(() => whole(url, file, { ...options, fresh: true }));
}

/** @param {string} url @param {Published} file @param {FetchOptions} options */
async function whole(url, file, options) {
  /** @type {FetchError | undefined} */
  let problem;
  const response = await fetchFile(url, file, { ...options, failed: (error) => (problem = error) });
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw problem ?? error; // Chromium has its own error for a body that fails
  }
}

/**
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} source
 * @param {Published} file
 * @param {{arrived: (bytes: number) => void, ended: () => void, judged: () => void, right: (bytes: Uint8Array<ArrayBuffer>) => void, failed: (error: FetchError) => FetchError}} events
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>} the same bytes, as fast as they come; fails instead of ending where they are others.
 *          Who reads it may give up since it makes no sense: it is read on nevertheless, to find out whether it is broken.
 */
function checked(source, file, { arrived, ended, judged, right, failed }) {
  const reader = source.getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const chunks = [];
  let total = 0, open = true;
  return new ReadableStream({
    async start(controller) {
      const fail = (/** @type {FetchError} */ error) => {
        controller.error(failed(error));
        judged();
      };
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          chunks.push(value);
          total += value.length;
          if (open) controller.enqueue(value);
          arrived(value.length);
        }
      } catch (cause) {
        ended();
        const problem = `broke off after ${total.toLocaleString()} bytes (is the network there?)`;
        return fail(new FetchError(file, problem, { cause }));
      }
      ended();
      const bytes = joined(chunks, total), wrong = await flaw(file, bytes);
      if (wrong) return fail(new FetchError(file, wrong));
      if (open) controller.close();
      right(bytes);
      judged();
    },
    cancel: () => void (open = false),
  });
}

/** @param {Published} file @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<string>} "" for none */
async function flaw(file, bytes) {
  if (file.size !== undefined && bytes.length < file.size) {
    return `arrived cut short: ${bytes.length.toLocaleString()} of ${file.size.toLocaleString()} bytes`;
  }
  if (!CAN_HASH) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return found.startsWith(file.sha256) ? "" : "is not the file that this site was built with";
}

/** @param {Uint8Array[]} chunks @param {number} total */
function joined(chunks, total) {
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** @param {string} hex */
const base64 = (hex) => btoa((hex.match(/../g) ?? []).map((byte) => String.fromCharCode(parseInt(byte, 16))).join(""));
