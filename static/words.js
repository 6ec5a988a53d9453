// @ts-check
/** What a reader is told of a session: while it starts, and later. */

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

export const WAITING = "Waiting for another block of this page to finish.";
export const NOT_WAITING = "In this browser, on this site, Python cannot wait for you: input() reads what you fill in beforehand, there is no prompt, and Stop restarts Python.";
export const NO_ANSWER = "Python does not answer: it is inside one long operation. Press Stop again to restart it; the variables will be gone.";
export const RESTARTED = "Python was restarted: the variables are gone.";
export const ASLEEP = "Python was put to sleep while this page was hidden, to free memory: the variables are gone. Run starts it again.";
export const EXITED = "The session has ended. Run starts a new one.";
export const ABANDONED = "It was not run, for a block before it ended the interpreter: the variables are gone. Run starts a new one.";
export const STARVED = "The program asked for input, and there was no more: fill in the field and press Run.";

/** @param {number} status */
export const exitStatus = (status) => `The program ended with exit status ${status}.`;

/** @param {number} lines */
export const onlyTheLast = (lines) => `Of the output only the last ${lines.toLocaleString()} lines are kept.`;
