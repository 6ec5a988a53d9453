// @ts-check
/** Fetches the bundle's files for the interpreter, each checked, and counts their bytes as they arrive. */
import { fetchBytes, fetchFile } from "./fetching.js";
import { openKept } from "./keeping.js";

/** @import { FetchError } from "./fetching.js" */
/** @import { Manifest } from "./protocol.js" */

/** What of Pyodide is a script. */
export const PYODIDE_SCRIPTS = ["pyodide/pyodide.js", "pyodide/pyodide.asm.js"];

/**
 * @typedef {object} Loader
 * @property {(url: string) => Promise<Response>} load         Its body ends only if it is what the build published.
 * @property {(name: string) => Promise<any>} importScript     A script of the bundle, checked before it is imported.
 * @property {Promise<never>} failure                          The first problem, a FetchError; it may be hidden from whoever reads a body.
 */

/**
 * @param {Manifest} manifest
 * @param {string} base  URL of the bundle's folder
 * @param {object} options
 * @param {string[]} options.fresh   names of files to be fetched past the browser's cache
 * @param {(loaded: number, total: number) => void} options.progress   bytes of the files, not of the wire
 * @param {(name: string, seconds: number) => void} options.quiet      nothing of a file has arrived for so long
 * @returns {Loader}
 */
export function loader(manifest, base, { fresh, progress, quiet }) {
  const expected = [...PYODIDE_SCRIPTS, "pyodide/pyodide.asm.wasm", manifest.stdlib, ...manifest.images.map(({ path }) => path)];
  const total = expected.reduce((sum, path) => sum + manifest.files[path].size, 0);
  let loaded = 0;
  /** @type {(error: FetchError) => void} */
  let fail = () => {};
  const failure = /** @type {Promise<never>} */ (new Promise((_, reject) => (fail = reject)));
  failure.catch(() => {}); // raced by the owner; until then it is not unhandled

  const kept = manifest.offline ? openKept(base) : undefined;

  /** @param {string} name */
  const published = (name) => ({ name, ...manifest.files[name] });
  /** @param {string} name */
  const options = (name) => ({
    fresh: fresh.includes(name),
    // A file that is fetched twice counts twice.
    arrived: (/** @type {number} */ bytes) => progress(Math.min((loaded += bytes), total), total),
    quiet: (/** @type {number} */ seconds) => quiet(name, seconds),
  });

  return {
    failure,
    async load(url) {
      const name = url.slice(base.length);
      const { body } = await fetchFile(url, published(name), { ...options(name), failed: fail, kept: await kept });
      // WebAssembly compiles while it streams only under its own type, which not every host sends.
      const type = url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
      return new Response(body, { headers: { "Content-Type": type } });
    },
    async importScript(name) {
      await fetchBytes(base + name, published(name), options(name));
      return import(base + name);
    },
  };
}
