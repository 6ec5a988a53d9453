// @ts-check
/** Fetches the bundle's files for the interpreter, each checked, and counts their bytes as they arrive. */
import { inflated } from "./compiling.js";
import { CAN_HASH, fetchBytes, fetchFile, fetchUnchecked } from "./fetching.js";
import { openKept } from "./keeping.js";
import { OPTIONAL } from "./optional.js";
import { urlOf } from "./place.js";
import { Watch } from "./watch.js";

/** @import { FetchError } from "./fetching.js" */
/** @import { Manifest } from "./protocol.js" */

/**
 * @typedef {object} Loader
 * @property {(path: string) => Promise<Response>} load         Its body ends only if it is what the build published.
 * @property {(path: string, compressed: string) => Promise<{response: Response, right: Promise<unknown>}>} loadEither
 *           A file that is there twice; `right` rejects if it is not what the build published.
 * @property {(path: string) => Promise<Uint8Array<ArrayBuffer>>} loadOptional   What a start can do without: its problem is no `failure`, and it is
 *           given up once nothing of any file has come for OPTIONAL seconds.
 * @property {(path: string) => Promise<any>} importScript      A script of the bundle, checked before it is imported.
 * @property {(paths: string[]) => void} expect                 What a start loads, so that it is known how much that is.
 * @property {(paths: string[]) => Promise<void>} mostOf        Resolves once most of one of these files, which are being loaded, is there.
 * @property {Promise<never>} failure                           The first problem, a FetchError; it may be hidden from whoever reads a body.
 * @property {(error: unknown) => Promise<never>} unlessBroken  Throws `error`, once it is known that there is no `failure`.
 */

/** So much of a file is most of it: what is left is on its way while the next is asked for. */
const MOST = 0.8;

/**
 * @param {Manifest} manifest
 * @param {string} base  URL of the bundle's folder
 * @param {object} options
 * @param {string[]} options.fresh   paths of files to be fetched past the browser's cache
 * @param {(loaded: number, total: number) => void} options.progress   bytes of the files, not of the wire
 * @param {(name: string, seconds: number) => void} options.quiet      nothing of a file has arrived for so long
 * @returns {Loader}
 */
export function loader(manifest, base, { fresh, progress, quiet }) {
  const { files, offline } = manifest;
  let total = 0, loaded = 0;
  /** @type {(error: FetchError) => void} */
  let fail = () => {};
  const failure = /** @type {Promise<never>} */ (new Promise((_, reject) => (fail = reject)));
  failure.catch(() => {}); // raced by the owner; until then it is not unhandled

  const kept = offline ? openKept(base) : Promise.resolve(undefined);
  /** How many bytes of each file have arrived. @type {Map<string, number>} */
  const counts = new Map();
  /** @type {Map<string, () => void>} */
  const awaited = new Map();
  /** Over what a start can do without. @type {Set<Watch>} */
  const watches = new Set();

  const url = (/** @type {string} */ path) => urlOf(manifest, base, path);
  /** @param {string} path */
  const published = (path) => ({ name: path, ...files[path] });
  /** @param {string} path */
  const options = (path) => ({
    fresh: fresh.includes(path),
    arrived(/** @type {number} */ bytes) {
      const count = (counts.get(path) ?? 0) + bytes;
      counts.set(path, count);
      watches.forEach((watch) => watch.sign());
      if (count > MOST * files[path].size) awaited.get(path)?.();
      // A file that is fetched twice counts twice.
      progress(Math.min((loaded += bytes), total), total);
    },
    quiet: (/** @type {number} */ seconds) => quiet(path, seconds),
  });
  /** @param {string} path */
  const load = async (path) => fetchFile(url(path), published(path), await watched(path));
  /** What is on its way. @type {Set<Promise<void>>} */
  const arriving = new Set();
  /** @param {string} path */
  async function watched(path) {
    /** @type {() => void} */
    let judged = () => {};
    arriving.add(new Promise((resolve) => (judged = resolve)));
    return { ...options(path), failed: fail, judged, kept: await kept };
  }

  return {
    failure,
    async unlessBroken(error) {
      // Nonsense can be noticed before the file's end: too early to know that it is not what was published.
      await Promise.all(arriving);
      throw error;
    },
    load,
    /**
     * As it is, or compressed with gzip, for hosts that compress nothing themselves. A host's own compression is better: often
     * stronger, and undone by the browser beside everything else.
     */
    async loadEither(path, compressed) {
      const cache = await kept;
      if (await cache?.match(url(path))) return { response: await load(path), right: Promise.resolve() };
      // Where the browser checks, an answer comes only once it is there as a whole: too late to choose.
      if (CAN_HASH && !(await cache?.match(url(compressed)))) {
        const choice = new AbortController(), abandon = choice.signal;
        const { response, content } = await fetchUnchecked(url(path), published(path), { ...await watched(path), abandon });
        if (response.headers.has("Content-Encoding")) return { response, right: content };
        choice.abort();
      }
      total += files[compressed].size - files[path].size;
      return { response: inflated(await load(compressed)), right: Promise.resolve() };
    },
    async loadOptional(path) {
      const giveUp = new AbortController(), watch = new Watch({ limit: OPTIONAL, quiet: () => {}, late: () => giveUp.abort() });
      watches.add(watch);
      try {
        return await fetchBytes(url(path), published(path), { ...options(path), kept: await kept, abandon: giveUp.signal });
      } finally {
        watch.stop();
        watches.delete(watch);
      }
    },
    async importScript(path) {
      await fetchBytes(url(path), published(path), options(path));
      return import(url(path));
    },
    mostOf: (paths) => new Promise((resolve) => paths.forEach((path) => awaited.set(path, resolve))),
    expect: (paths) => void (total = paths.reduce((sum, path) => sum + files[path].size, 0)),
  };
}
