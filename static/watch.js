// @ts-check
/** Limits on waiting: whatever a reader waits for, words come when nothing happens for long, and an end when it goes on. */

/** Seconds without a sign of life until the reader is told, and until it is given up. */
export const QUIET = 10, LIMIT = 60;
const SECOND = 1000;

/** Counts the seconds without a sign of life. A timer's ticks do not pile up, so a thread that was busy, or a computer that slept, counts one. */
export class Watch {
  #seconds = 0;
  #timer;

  /**
   * @param {object} limits
   * @param {(seconds: number) => void} limits.quiet   called every second, once nothing has happened for QUIET seconds
   * @param {(seconds: number) => void} limits.late    called once, after `limit` seconds
   * @param {number} [limits.limit]
   */
  constructor({ quiet, late, limit = LIMIT }) {
    this.#timer = setInterval(() => {
      this.#seconds += 1;
      if (this.#seconds >= limit) {
        this.stop();
        late(this.#seconds);
      } else if (this.#seconds >= QUIET) quiet(this.#seconds);
    }, SECOND);
  }

  /** Something has happened. */
  sign() {
    this.#seconds = 0;
  }

  stop() {
    clearInterval(this.#timer);
  }
}

/**
 * Wait for `promise`, but not for ever.
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what   begins the sentence: "… has not come for 60 seconds"
 * @param {(seconds: number) => void} quiet
 * @returns {Promise<T>} rejects after LIMIT seconds
 */
export function within(promise, what, quiet) {
  return new Promise((resolve, reject) => {
    const watch = new Watch({ quiet, late: (seconds) => reject(new Error(`${what} has not come for ${seconds} seconds`)) });
    promise.then(resolve, reject).finally(() => watch.stop());
  });
}
