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
  compress(state, bytes.subarray(0, whole));
  compress(state, tail);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

const words = new Int32Array(64);

/** @param {Int32Array} state  changed @param {Uint8Array} bytes  whole blocks */
function compress(state, bytes) {
  for (let at = 0; at < bytes.length; at += BLOCK) compressBlock(state, bytes, at);
}

/**
 * 6.2.2. It runs once, over megabytes, while somebody waits: spelt out it takes half the time, before the engine has optimised it too.
 * @param {Int32Array} state  changed @param {Uint8Array} bytes @param {number} at
 */
function compressBlock(state, bytes, at) {
  for (let t = 0; t < 16; t++, at += 4) words[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let t = 16; t < 64; t++) {
    const early = words[t - 15], late = words[t - 2];
    const small0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const small1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    words[t] = (words[t - 16] + small0 + words[t - 7] + small1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let t = 0; t < 64; t++) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const first = (h + big1 + (g ^ (e & (f ^ g))) + CONSTANTS[t] + words[t]) | 0, second = (big0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
