// @ts-check
/** Where a bundle's files lie: in its folder, but for the large ones that the versions of a site share (`sphinx_emrun/published.py`). */

/** @import { Manifest } from "./protocol.js" */

/**
 * @param {Pick<Manifest, "shared">} manifest
 * @param {string} base  URL of the bundle's folder, with a slash at its end
 * @param {string} path  of a file in the manifest
 */
export const urlOf = ({ shared }, base, path) => new URL(shared[path] ?? path, base).href;
