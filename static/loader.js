// @ts-check
/** Fetches the bundle's files and counts their bytes as they arrive. */

/** @import { Manifest } from "./protocol.js" */
/** @typedef {(path: string) => Promise<Response>} Load  rejects with a sentence that names the file */

export class Loader {
  /** URL of the bundle's folder, with a slash at its end. */ base;
  #loaded = 0;
  /** @type {number | undefined} */ #total;
  /** @type {(loaded: number, total: number) => void} */ #report = () => {};

  /** @param {string} base */
  constructor(base) {
    this.base = base;
  }

  /**
   * What a start loads, so that it is known how much that is.
   * @param {Manifest} manifest
   * @param {string[]} paths
   */
  expect(manifest, paths) {
    this.#total = paths.reduce((sum, path) => sum + manifest.files[path].size, 0);
  }

  /** @param {(loaded: number, total: number) => void} report  is told bytes of files, not of the wire */
  listen(report) {
    this.#report = report;
  }

  /** @type {Load} */
  load = async (path) => {
    let response;
    try {
      response = await fetch(this.base + path);
    } catch (cause) {
      throw new Error(`${path} could not be fetched: is the network there?`, { cause });
    }
    if (!response.ok || !response.body) throw new Error(`${path} could not be fetched: the server answered ${response.status}`);
    const count = new TransformStream({
      transform: (chunk, controller) => {
        this.#loaded += chunk.length;
        if (this.#total) this.#report(this.#loaded, this.#total);
        controller.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(count));
  };
}
