// @ts-check
/** Waiting in a worker whose page shares no memory with it. */

/**
 * @returns {((ms: number) => void) | null} Waits at no cost. Memory of a worker's own may be waited on without isolation; null
 *          where the browser (WebKit) does not have it at all.
 */
export function openClock() {
  try {
    const memory = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
    Atomics.wait(memory, 0, 0, 0);
    return (ms) => void Atomics.wait(memory, 0, 0, ms);
  } catch {
    return null;
  }
}
