// @ts-check
/** WebAssembly that is compiled while it arrives. */

export const WASM_TYPE = "application/wasm";

/** @param {Response} response  of a file compressed with gzip @returns {Response} */
export function inflated({ body }) {
  return new Response(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body).pipeThrough(new DecompressionStream("gzip")));
}

/** @param {Response} response @returns {Promise<WebAssembly.Module>} */
export function compile({ body }) {
  // It compiles while it streams only under its own type, which not every host sends.
  return WebAssembly.compileStreaming(new Response(body, { headers: { "Content-Type": WASM_TYPE } }));
}
