// @ts-check
/**
 * The site's bundle, as a page finds it: its manifest, and its scripts, each checked before it is imported. The worker checks
 * what it loads itself (`loader.js`).
 *
 * A script is fetched, hashed, and then imported, which finds it in the browser's cache: a broken, cut or altered copy there or
 * on the host is found; a host that gives `import` something else than it gave `fetch` is not.
 */
import { fetchBytes, integrityOf } from "./fetching.js";

/** @import { Manifest } from "./protocol.js" */
/** @typedef {(seconds: number) => void} Quiet   Nothing has happened for so long. */

/** The bundle's folder, with a slash at its end; its name is the beginning of the manifest's hash. */
export const BASE = new URL("./", import.meta.url).href;
/**
 * The worker's script. In a page that is not isolated its address differs: threads of that address, and nothing else, are in the scope of the
 * relay (`sw.js`). An isolated page has none to do with it: there, a script that another service worker has to do with must stay so.
 */
export const WORKER = "worker.js", RELAYED = `${BASE}${WORKER}?relayed`, WORKER_URL = globalThis.crossOriginIsolated ? BASE + WORKER : RELAYED;
const MANIFEST = { name: "manifest.json", sha256: BASE.split("/").at(-2) ?? "" };

/** @param {Quiet} quiet @returns {Promise<Manifest>} @throws {import("./fetching.js").FetchError} */
export async function openBundle(quiet) {
  return JSON.parse(new TextDecoder().decode(await fetchBytes(BASE + MANIFEST.name, MANIFEST, { quiet })));
}

/**
 * Begin to load a file that is checked later: it is then in the browser's cache, or on its way there.
 * @param {string} name
 */
export function loadAhead(name) {
  // Where this fails, that says so.
  fetch(addressOf(name), { cache: "force-cache" }).then((response) => response.arrayBuffer()).catch(() => {});
}

/** @param {string} path */
export const isStyle = (path) => path.endsWith(".css");

/**
 * Link the style sheets of what runs. The browser checks them, and leaves out what is missing or altered: a terminal can be read without.
 * @param {Manifest} manifest
 */
export function linkStyles({ files, code }) {
  for (const path of code.filter(isStyle)) {
    const href = BASE + path;
    if (document.querySelector(`link[href="${href}"]`)) continue;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, integrity: integrityOf(files[path].sha256) }));
  }
}

/**
 * @param {Manifest} manifest
 * @param {string[]} paths  may be imported once this resolves
 * @param {Quiet} quiet
 * @throws {import("./fetching.js").FetchError}
 */
export async function checkFiles({ files }, paths, quiet) {
  await Promise.all(paths.map((name) => fetchBytes(addressOf(name), { name, ...files[name] }, { quiet })));
}

/** @param {string} name  of a script */
const addressOf = (name) => (name === WORKER ? WORKER_URL : BASE + name);
