// @ts-check
/** A bundle's files lie in its folder. Versions of a site may share the large ones, which lie elsewhere then (`sphinx_emrun/published.py`). */

/** @import { Manifest } from "./protocol.js" */

/**
 * The URL of a file of the bundle.
 * @param {Pick<Manifest, "shared">} manifest
 * @param {string} base  the URL of the bundle's folder, with a slash at its end
 * @param {string} path  the file's key in the manifest's `files`
 */
export const urlOf = ({ shared }, base, path) => new URL(shared[path] ?? path, base).href;
