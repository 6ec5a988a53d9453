// @ts-check
/**
 * Fetches a file of the site: watched, so that no wait is endless, and checked, so that only what the build published is used.
 * The page and the worker both do.
 */
import { joined, length } from "./bytes.js";
import { Watch } from "./watch.js";

/**
 * @typedef {object} Published          A file as the build knows it.
 * @property {string} name              for the reader
 * @property {string} sha256            in hex; its first 16 digits may be all that is known
 * @property {number} [size]            in bytes
 *
 * @typedef {object} FetchOptions
 * @property {boolean} [fresh]          past the browser's cache
 * @property {import("./keeping.js").Kept | undefined} [kept]            looked into before the network, and filled from it
 * @property {AbortSignal} [abandon]    it is not wanted any more, which is no failure
 * @property {(bytes: number) => void} [arrived]
 * @property {(seconds: number) => void} [quiet]   nothing has arrived for so long
 * @property {() => void} [judged]      it was found right, or not, or is not wanted any more
 * @property {(error: FetchError) => void} [failed]  besides the promise or the body, whose reader may not pass it on
 *
 * @typedef {object} Events             While a body is read.
 * @property {(bytes: number) => void} arrived
 * @property {() => void} ended          nothing more will come
 * @property {(bytes: Uint8Array<ArrayBuffer>) => void} right
 * @property {() => void} judged
 * @property {(error: FetchError) => FetchError} failed   gives what is to be thrown
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
  const { response: { headers }, content } = await begin(url, file, ({ body }, events) => checked(body, file, events), options);
  return new Response(content, { headers });
}

/**
 * For what the browser itself reads best when it comes straight from the network or its cache.
 * @param {string} url
 * @param {Published} file
 * @param {FetchOptions} [options]
 * @returns {Promise<{response: Response, content: Promise<Uint8Array<ArrayBuffer>>}>} `content` rejects where the response is not
 *          what was published
 * @throws {FetchError}
 */
export async function fetchUnchecked(url, file, options) {
  const begun = await begin(url, file, (response, events) => whole(/** @type {typeof response} */ (response.clone()).body, file, events), options);
  begun.content.catch(() => {}); // it may not be wanted any more
  return begun;
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
  const once = async (/** @type {boolean} */ fresh) => (await begin(url, file, ({ body }, events) => whole(body, file, events), { ...options, fresh })).content;
  return once(options.fresh ?? false).catch((error) => {
    if (options.abandon?.aborted) throw error;
    return once(true);
  });
}

/**
 * @template T
 * @param {string} url
 * @param {Published} file
 * @param {(response: Response & {body: ReadableStream<Uint8Array<ArrayBuffer>>}, events: Events) => T} read
 * @param {FetchOptions} [options]
 * @returns {Promise<{response: Response, content: T}>}
 */
async function begin(url, file, read, { fresh = false, kept, abandon, arrived = () => {}, quiet = () => {}, judged = () => {}, failed = () => {} } = {}) {
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
    const integrity = CAN_HASH || file.sha256.length < WHOLE ? "" : integrityOf(file.sha256);
    const found = fresh ? undefined : await kept?.match(url);
    const response = found ?? await fetch(url, { cache: fresh ? "reload" : "force-cache", integrity, signal: giveUp.signal });
    if (!response.ok || !response.body) throw new FetchError(file, `could not be loaded: the server answered ${response.status}`);
    const content = read(/** @type {any} */ (response), {
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
    return { response, content };
  } catch (cause) {
    watch.stop();
    const error = late ?? (cause instanceof FetchError ? cause : new FetchError(file, "could not be loaded (is the network there?)", { cause }));
    failed(error);
    judged();
    throw error;
  }
}

/**
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {Published} file
 * @param {Events} events
 * @param {(part: Uint8Array<ArrayBuffer>) => void} [take]  what comes, before all of it is found right
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function whole(body, file, { arrived, ended, judged, right, failed }, take = () => {}) {
  const reader = body.getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  const read = () => reader.read().catch((cause) => {
    throw new FetchError(file, `broke off after ${length(parts).toLocaleString()} bytes (is the network there?)`, { cause });
  });
  try {
    for (let part = await read(); !part.done; part = await read()) {
      parts.push(part.value);
      take(part.value);
      arrived(part.value.length);
    }
    const bytes = joined(parts), wrong = await flaw(file, bytes);
    if (wrong) throw new FetchError(file, wrong);
    right(bytes);
    return bytes;
  } catch (error) {
    throw failed(/** @type {FetchError} */ (error));
  } finally {
    ended();
    judged();
  }
}

/**
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {Published} file
 * @param {Events} events
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>} the same bytes, as fast as they come; fails instead of ending where they are others.
 *          Who reads it may give up since it makes no sense: it is read on nevertheless, to find out whether it is broken.
 */
function checked(body, file, events) {
  let open = true;
  return new ReadableStream({
    async start(controller) {
      try {
        await whole(body, file, events, (part) => open && controller.enqueue(part));
        if (open) controller.close();
      } catch (error) {
        controller.error(error);
      }
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

/** @param {string} hex  a whole SHA-256 @returns {string} the same for the browser to check (Subresource Integrity) */
export function integrityOf(hex) {
  return `sha256-${btoa((hex.match(/../g) ?? []).map((byte) => String.fromCharCode(parseInt(byte, 16))).join(""))}`;
}
