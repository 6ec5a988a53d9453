// @ts-check
/** SHA-256 (FIPS 180-4) for where no promise can be waited for; everywhere else the browser's own is faster. */

const PRIMES = Array.from({ length: 310 }, (_, at) => at + 2).filter((number) => {
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
});
/** The first 32 bits of the fraction of `root`, for the first `count` primes (4.2.2, 5.3.3). @param {(value: number) => number} root @param {number} count */
const fractions = (root, count) => Int32Array.from(PRIMES.slice(0, count), (prime) => (root(prime) % 1) * 2 ** 32);
const CONSTANTS = fractions(Math.cbrt, 64), INITIAL = fractions(Math.sqrt, 8);
const BLOCK = 64;

/** @param {Uint8Array} bytes @returns {string} in hex */
export function sha256(bytes) {
  const state = INITIAL.slice(), whole = bytes.length - (bytes.length % BLOCK);
  const rest = bytes.subarray(whole), tail = new Uint8Array(rest.length < BLOCK - 8 ? BLOCK : 2 * BLOCK);
  tail.set(rest);
  tail[rest.length] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n);
  for (const part of [bytes.subarray(0, whole), tail]) {
    const view = new DataView(part.buffer, part.byteOffset, part.length);
    for (let at = 0; at < part.length; at += BLOCK) compress(state, view, at);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

const words = new Int32Array(64);

/** 6.2.2.  @param {Int32Array} state  changed @param {DataView} view @param {number} at */
function compress(state, view, at) {
  for (let t = 0; t < 16; t++) words[t] = view.getInt32(at + 4 * t);
  for (let t = 16; t < 64; t++) {
    const early = words[t - 15], late = words[t - 2];
    const small0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3), small1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    words[t] = words[t - 16] + small0 + words[t - 7] + small1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t++) {
    const big1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25), big0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const first = (h + big1 + ((e & f) ^ (~e & g)) + CONSTANTS[t] + words[t]) | 0, second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    // Not by one pattern: this is what takes the time.
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => (state[index] += value));
}

/** @param {number} word @param {number} bits */
const rotated = (word, bits) => (word >>> bits) | (word << (32 - bits));
