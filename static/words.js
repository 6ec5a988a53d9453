// @ts-check
/** What a reader is told while a session starts. */

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** How to end a wait: the block's button says Stop while it lasts. */
const AGAIN = "Stop, then Run, tries again.";

/** @param {number} loaded @param {number} total  bytes */
export function progress(loaded, total) {
  return loaded < total ? `Loading Python: ${megabytes(loaded)} of ${megabytes(total)} MB` : "Starting Python…";
}

/** @param {string} name  a file @param {number} seconds */
export function quietFile(name, seconds) {
  return `Loading: nothing of ${name} has arrived for ${seconds} seconds. ${AGAIN}`;
}

/** @param {string} step @param {number} seconds */
export function quietStep(step, seconds) {
  return `${step} takes long: ${seconds} seconds so far. ${AGAIN}`;
}
