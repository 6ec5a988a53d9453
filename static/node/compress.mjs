// @ts-check
/**
 * How small files become on their way: `node compress.mjs` with their paths as a JSON list on standard input prints a list of
 * `[gzip, brotli]`, in bytes, at the levels that hosts use when they compress while they send.
 */
import fs from "node:fs";
import zlib from "node:zlib";

const GZIP = 6, BROTLI = 5;
/** @type {string[]} */
const paths = JSON.parse(fs.readFileSync(0, "utf8"));
const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI };
const sizes = paths.map((path) => {
  const content = fs.readFileSync(path);
  return [zlib.gzipSync(content, { level: GZIP }).length, zlib.brotliCompressSync(content, { params }).length];
});
console.log(JSON.stringify(sizes));
