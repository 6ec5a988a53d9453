// @ts-check
/** Fetches the bundle's files and counts their bytes as they arrive. */

/** @import { Manifest } from "./protocol.js" */

/**
 * @param {Manifest} manifest
 * @param {string} base  URL of the bundle's folder
 * @returns {{load: (url: string) => Promise<Response>, listen: (report: (loaded: number, total: number) => void) => void}}
 *          `load` rejects with a sentence that names the file. Bytes are those of the files, not of the wire.
 */
export function loader(manifest, base) {
  const expected = [`pyodide/pyodide.asm.wasm`, manifest.snapshot || manifest.stdlib, ...manifest.images.map(({ path }) => path)];
  const total = expected.reduce((sum, path) => sum + manifest.files[path].size, 0);
  let loaded = 0;
  /** @type {(loaded: number, total: number) => void} */
  let report = () => {};

  /** @param {string} url */
  async function load(url) {
    const name = url.slice(base.length);
    let response;
    try {
      response = await fetch(url);
    } catch (cause) {
      throw new Error(`${name} could not be fetched: is the network there?`, { cause });
    }
    if (!response.ok || !response.body) throw new Error(`${name} could not be fetched: the server answered ${response.status}`);
    const counted = response.body.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          report((loaded += chunk.length), total);
          controller.enqueue(chunk);
        },
      }),
    );
    // WebAssembly compiles while it streams only under its own type, which not every host sends.
    const type = url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(counted, { headers: { "Content-Type": type } });
  }

  return { load, listen: (listener) => void (report = listener) };
}
