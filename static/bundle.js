// @ts-check
/**
 * The site's bundle, as a page finds it: its manifest, and its scripts, each checked before it is imported. The worker checks
 * what it loads itself (`loader.js`).
 *
 * A script is fetched, hashed, and then imported, which finds it in the browser's cache: a broken, cut or altered copy there or
 * on the host is found; a host that gives `import` something else than it gave `fetch` is not.
 */
import { fetchBytes } from "./fetching.js";

/** @import { Manifest } from "./protocol.js" */

/** The bundle's folder, with a slash at its end; its name is the beginning of the manifest's hash. */
export const BASE = new URL("./", import.meta.url).href;
const MANIFEST = { name: "manifest.json", sha256: BASE.split("/").at(-2) ?? "" };

/**
 * @param {(seconds: number) => void} quiet   called while nothing happens
 * @returns {Promise<Manifest>} once all scripts of ours have been checked
 * @throws {import("./fetching.js").FetchError}
 */
export async function openBundle(quiet) {
  const text = new TextDecoder().decode(await fetchBytes(BASE + MANIFEST.name, MANIFEST, { quiet }));
  const manifest = /** @type {Manifest} */ (JSON.parse(text));
  await Promise.all(manifest.code.map((name) => fetchBytes(BASE + name, { name, ...manifest.files[name] }, { quiet })));
  return manifest;
}
