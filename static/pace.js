// @ts-check
/**
 * Running Python looks for a signal every few microseconds. Most looks are only counted, in WebAssembly: calls of JavaScript
 * are the dearest part of a look, and a program that computes pays for them.
 */
import { assemble, body, counter, importedFunction, signature, I32, VOID } from "./webassembly.js";

/** Of so many looks at the most, one is passed on. */
const MOST = 32;
/** Looks passed on that are so close, in ms, may be fewer; those so far apart must be more. */
const CLOSE = 0.5, FAR = 4;

/**
 * @param {() => number} look  a function, or an export of another WebAssembly: no JavaScript stands between it and the caller
 * @param {() => number} [clock]  ms
 * @returns {() => number} the same, or 0 where it is not asked
 */
export function paced(look, clock = () => performance.now()) {
  let every = 1, last = -Infinity;
  function again() {
    const now = clock(), apart = now - last;
    if (apart < CLOSE) every = Math.min(every * 2, MOST);
    else if (apart > FAR) every = 1;
    last = now;
    return every;
  }
  const { exports } = new WebAssembly.Instance(counting(), { mine: { look, again } });
  return /** @type {() => number} */ (exports.look);
}

/** @returns {WebAssembly.Module} `if (--left > 0) return 0; left = again(); return look();` */
function counting() {
  const LOOK = 0, AGAIN = 1, PACED = 2, LEFT = 0;
  return assemble({
    types: [signature([], [I32])],
    imports: [importedFunction("look", 0), importedFunction("again", 0)],
    functions: [0],
    globals: [counter(1)],
    exports: { look: PACED },
    bodies: [body([], [
      ...[0x23, LEFT, 0x41, 1, 0x6b, 0x24, LEFT], // --left
      ...[0x23, LEFT, 0x41, 0, 0x4a, 0x04, VOID, 0x41, 0, 0x0f, 0x0b], // if (left > 0) return 0
      ...[0x10, AGAIN, 0x24, LEFT, 0x10, LOOK],
    ])],
  });
}
