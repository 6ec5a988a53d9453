// @ts-check
/** What arrays of bytes do not do by themselves. */

/** @param {Uint8Array[]} parts @returns {number} bytes */
export function length(parts) {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** @param {Uint8Array[]} parts @returns {Uint8Array<ArrayBuffer>} */
export function joined(parts) {
  const whole = new Uint8Array(length(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {number} used @param {number} needed @returns {Uint8Array<ArrayBuffer>} the first `used`, with room for `needed` */
export function enlarged(bytes, used, needed) {
  if (needed <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(needed, 2 * bytes.length));
  larger.set(bytes.subarray(0, used));
  return larger;
}
