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
  load = async (path) => this.#counted(await this.#fetch(path));

  /**
   * A file that is there twice: as it is, and compressed with gzip for hosts that compress nothing themselves. A host's own
   * compression is better: often stronger, and undone by the browser beside everything else.
   * @param {string} path
   * @param {string} compressed  path
   * @returns {Promise<Response>} what is in the first
   */
  async loadEither(path, compressed) {
    const stop = new AbortController(), response = await this.#fetch(path, stop.signal);
    if (response.headers.has("Content-Encoding")) return this.#counted(response);
    stop.abort();
    return inflated(await this.load(compressed));
  }

  /** @param {string} path @param {AbortSignal} [signal] */
  async #fetch(path, signal) {
    let response;
    try {
      response = await fetch(this.base + path, { signal });
    } catch (cause) {
      throw new Error(`${path} could not be fetched: is the network there?`, { cause });
    }
    if (!response.ok || !response.body) throw new Error(`${path} could not be fetched: the server answered ${response.status}`);
    return response;
  }

  /** @param {Response} response */
  #counted({ body }) {
    const count = new TransformStream({
      transform: (chunk, controller) => {
        this.#loaded += chunk.length;
        if (this.#total) this.#report(this.#loaded, this.#total);
        controller.enqueue(chunk);
      },
    });
    return new Response(/** @type {ReadableStream} */ (body).pipeThrough(count));
  }
}

/** @param {Response} response  of a file compressed with gzip @returns {Response} */
export function inflated({ body }) {
  return new Response(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body).pipeThrough(new DecompressionStream("gzip")));
}
