// @ts-check
/** Readers who have run a block of this site before: their browser has its files, and they may well run another. */
import { BASE } from "./bundle.js";
import { read, write } from "./storage.js";

const NAME = "emrun-ran";
/** For so long, in ms, after the last run. */
const LATELY = 7 * 24 * 60 * 60 * 1000;

/** A block of this build of the site, whose folder is named by its content, has begun to run. */
export function remember() {
  write(NAME, { base: BASE, time: Date.now() });
}

/** Has the reader run this build of the site lately? */
export function returns() {
  const last = /** @type {{base?: string, time?: number} | null} */ (read(NAME));
  return last?.base === BASE && Date.now() - (last.time ?? 0) < LATELY;
}
