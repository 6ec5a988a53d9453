// @ts-check
/**
 * A cache of the site's own for what Python starts from, where the author asks for one: browsers empty it later than their HTTP
 * cache, and hosts that forbid that one have no say in it. What comes from it is checked like everything else.
 */

const NAME = "sphinx-emrun ";

/**
 * @param {string} base  URL of the bundle's folder
 * @returns {Promise<Cache | undefined>} what is kept for it; nothing is kept any more for other versions of the same site
 */
export async function openKept(base) {
  const mine = NAME + base, site = NAME + new URL("../", base).href;
  try {
    for (const name of await caches.keys()) if (name.startsWith(site) && name !== mine) await caches.delete(name);
    return await caches.open(mine);
  } catch {
    return undefined; // there is no such cache over plain http, or storage is off
  }
}
