// @ts-check
/** When running Python, which looks for signals all the time, is to do more than look. */

/** A clock costs more than a look at it is worth: of so many looks at the most, one is at the clock. */
const MOST_SKIPPED = 8;
/** Looks at the clock that are so close, in ms, may be fewer; those so far apart must be more. */
const CLOSE = 0.5, FAR = 4;

export class Pace {
  /** When it is time, by `performance.now()`. */
  due = 0;
  #skipped = 1;
  #left = 1;
  #last = 0;

  /** @returns {boolean} is it time? */
  look() {
    if (--this.#left > 0) return false;
    const now = performance.now(), apart = now - this.#last;
    if (apart < CLOSE) this.#skipped = Math.min(this.#skipped * 2, MOST_SKIPPED);
    else if (apart > FAR) this.#skipped = 1;
    this.#left = this.#skipped;
    this.#last = now;
    return now >= this.due;
  }

  /** The program has done something else: how fast it looks is not known. */
  forget() {
    this.#left = this.#skipped = 1;
  }
}
