// @ts-check
/** What can be done without: it has a short limit, and its failing is no failure. */
import { Watch } from "./watch.js";

/** Seconds without a sign of life until something is done without. */
export const OPTIONAL = 5;

/**
 * Wait for what can be done without, such as a browser's storage, which some browsers never answer for.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T | undefined>} undefined where it has failed, or has not come for OPTIONAL seconds
 */
export function orNothing(promise) {
  return new Promise((resolve) => {
    const watch = new Watch({ limit: OPTIONAL, quiet: () => {}, late: () => resolve(undefined) });
    promise.catch(() => undefined).then(resolve).finally(() => watch.stop());
  });
}
