// @ts-check
/** Readers who have run a block of this site before: their browser has its files, and they may well run another. */
import { BASE } from "./bundle.js";

const KEY = "emrun-ran";
/** For so long, in ms, after the last run. */
const LATELY = 7 * 24 * 60 * 60 * 1000;

/** A block of this build of the site, whose folder is named by its content, has begun to run. */
export function remember() {
  try {
    localStorage.setItem(KEY, JSON.stringify({ base: BASE, time: Date.now() }));
  } catch {
    // storage is off or full
  }
}

/** Has the reader run this build of the site lately? */
export function returns() {
  try {
    const { base, time } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return base === BASE && Date.now() - time < LATELY;
  } catch {
    return false; // storage is off, or holds something else
  }
}
