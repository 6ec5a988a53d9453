// @ts-check
/**
 * What a start consists of, each with its time: shown by the browser's own tools for performance, and measured by
 * `benchmarks/startup`.
 */

/** @typedef {{name: string, start: number, end: number}} Step   in ms since the epoch: threads begin to count at different times */

const PREFIX = "emrun: ";

/**
 * @template T
 * @param {string} name
 * @param {Promise<T>} step  begins now
 * @returns {Promise<T>} the same
 */
export function timed(name, step) {
  const end = stepBegins(name);
  step.then(end, end);
  return step;
}

/** @param {string} name @returns {() => void} to be called when it ends */
export function stepBegins(name) {
  const start = performance.now();
  return () => void performance.measure(PREFIX + name, { start });
}

/** @returns {Step[]} those of this thread */
export function stepsSoFar() {
  const { timeOrigin } = performance;
  return performance.getEntriesByType("measure")
    .filter(({ name }) => name.startsWith(PREFIX))
    .map(({ name, startTime, duration }) => ({ name, start: timeOrigin + startTime, end: timeOrigin + startTime + duration }));
}

/** @param {Step[]} steps  another thread's */
export function addSteps(steps) {
  // The threads' clocks may differ by a little.
  const time = (/** @type {number} */ ms) => Math.max(0, ms - performance.timeOrigin);
  for (const { name, start, end } of steps) performance.measure(name, { start: time(start), end: time(end) });
}
