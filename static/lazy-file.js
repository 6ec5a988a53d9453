// @ts-check
/** Files that are there at once, and fetched when something reads them. */
import { EIO } from "./protocol.js";

/**
 * @param {any} FS    Emscripten's
 * @param {any} node  an empty file of it
 * @param {number} size  in bytes
 * @param {() => Uint8Array} fetch  where it throws, the program meets an input/output error, and may try again
 */
export function makeLazy(FS, node, size, fetch) {
  /** @type {Uint8Array | undefined} */
  let contents;
  Object.defineProperty(node, "contents", {
    configurable: true,
    get() {
      try {
        return (contents ??= fetch());
      } catch (error) {
        console.error(`${FS.getPath(node)} cannot be read: ${/** @type {Error} */ (error).message}`);
        throw new FS.ErrnoError(EIO);
      }
    },
    set: (/** @type {Uint8Array} */ bytes) => void (contents = bytes),
  });
  node.usedBytes = size;
  // Not as late as in read(2), which holds on to the interpreter's memory: it may have to grow for this.
  node.stream_ops = { ...node.stream_ops, open: () => void node.contents };
}
