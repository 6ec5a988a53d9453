// @ts-check
/**
 * A library whose memory comes from the snapshot: its front is loaded in its place (`node/front.mjs`), and its code once one of its
 * functions is called.
 */

/** Whence a front imports `BRING`, and those of the library's functions by their names that are not in the table. */
export const FRONT = "front", BRING = "bring";

/**
 * @param {any} module  Emscripten's
 * @param {WebAssembly.Module} front
 * @param {any} imports  of the library
 * @param {() => WebAssembly.Module} code
 * @returns {WebAssembly.Instance}
 */
export function instantiateFront(module, front, imports, code) {
  /** @type {any} */
  let exports;
  /** @param {number} address  of the library's own memory @param {number} size */
  const bring = (address, size) => {
    if (exports) return;
    const compiled = code(), used = module.HEAPU8.slice(address, address + size);
    // It puts its functions into the table; and into the memory what was there when it had just been loaded.
    ({ exports } = new WebAssembly.Instance(compiled, imports));
    module.HEAPU8.set(used, address);
  };
  const byName = new Proxy({}, {
    get: (_, /** @type {string} */ name) => (name === BRING ? bring : (/** @type {any[]} */ ...parameters) => exports[name](...parameters)),
  });
  return new WebAssembly.Instance(front, { ...imports, [FRONT]: byName });
}
