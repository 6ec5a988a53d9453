// @ts-check
/** The worker's script where it did not run at the first try. */
import { WORKER, WORKER_URL } from "./bundle.js";
import { fetchFile } from "./fetching.js";

/** @import { Manifest } from "./protocol.js" */

/** An isolated page's worker needs it. */
const HEADER = "Cross-Origin-Embedder-Policy";

/**
 * The address of the worker's script once it did not run: fetched past the browser's cache, where it may be broken, or older than the page's
 * isolation. Where the server, or a service worker of the site's, leaves the header out that an isolated page's worker needs, it is an address
 * in the page's memory: what that holds is isolated as the page is.
 * @param {Manifest} manifest
 * @throws {import("./fetching.js").FetchError}
 */
export async function renewedScript({ files }) {
  const response = await fetchFile(WORKER_URL, { name: WORKER, ...files[WORKER] }, { fresh: true }), script = await response.blob();
  if (!globalThis.crossOriginIsolated || response.headers.has(HEADER)) return WORKER_URL;
  return URL.createObjectURL(script.slice(0, script.size, "text/javascript"));
}

/** What is said of a script that did not run.  @param {string} script  its address */
export function notRun(script) {
  const why = script === WORKER_URL ? "" : `: this page is isolated, and the server sends ${WORKER} without the header ${HEADER}`;
  return Object.assign(new Error(`${WORKER} could not be loaded${why}`), { file: WORKER });
}
