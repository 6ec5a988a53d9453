// @ts-check
/** What the page and its worker share. */

/** Elements of `control`: how many bytes of the line are there, or one of the two below; how many bytes the screen has taken. */
export const FILLED = 0, TAKEN = 1;
export const EMPTY = -1, INTERRUPTED = -2;

export function allocate() {
  return {
    /** For `setInterruptBuffer`. */
    interrupt: new Uint8Array(new SharedArrayBuffer(1)),
    control: new Int32Array(new SharedArrayBuffer(8)),
    /** A line typed. */
    line: new Uint8Array(new SharedArrayBuffer(1 << 16)),
  };
}
/** @typedef {ReturnType<typeof allocate>} Memory */
