// @ts-check
/**
 * A cache of the site's own for what Python starts from, where the author asks for one: browsers empty it later than their HTTP
 * cache, and hosts that forbid that one have no say in it. What comes from it is checked like everything else.
 */
import { orNothing } from "./optional.js";

/** @typedef {Pick<Cache, "match" | "put">} Kept */

const NAME = "sphinx-emrun ";

/**
 * @param {string} base  URL of the bundle's folder
 * @returns {Promise<Kept | undefined>} what is kept for it; nothing is kept any more for other versions of the same site
 */
export async function openKept(base) {
  // There is no such cache over plain http, or where storage is off.
  const cache = await orNothing(open(NAME + base, NAME + new URL("../", base).href));
  return cache && { match: (url) => orNothing(cache.match(url)), put: (url, response) => cache.put(url, response) };
}

/** @param {string} mine @param {string} site  how the names of the site's caches begin */
async function open(mine, site) {
  for (const name of await caches.keys()) if (name.startsWith(site) && name !== mine) await caches.delete(name);
  return caches.open(mine);
}
