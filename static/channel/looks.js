// @ts-check
/**
 * When running Python asks its page for a signal: when the page rings (`bell.js`), and now and then all the same; often, where there
 * is no bell, or it has not been seen to work, or all its files are used up until the worker takes messages again.
 */

/** How often, in ms, to ask without a bell: less often where asking is slow, so that it costs no more than this share of the time. */
const ASK = { least: 80, most: 240, share: 0.025 };
/** How often to look at the bell: it keeps the browser busy for some ms, though the look itself takes one. */
const LOOK = 150;
/** How often in a sleep, where nothing has to wait for a look. */
const LOOK_IDLE = 50;
/** How often to ask with a bell. */
const ASK_ANYWAY = 2000;
/** How often to look, in ms, until it has rung for the first time, and how long that may take: the page may be busy. */
const TRY = 25, TRIAL = 10_000;

export class Looks {
  #tell;
  #clock;
  #read;
  /** @type {File[]} */ #files = [];
  /** The file to be looked at next. */ #at = 0;
  /** Since when the bell has been on trial, and what came of it. @type {number | null} */ #begun = null;
  #works = false;
  #refused = false;
  #asking = new Interval(ASK);
  /** When it was last planned, when to look next, and when to ask at the latest. */ #planned = 0; #next = 0; #ask = 0;

  /**
   * @param {(number: number) => void} tell  the page which file is looked at
   * @param {{clock?: () => number, read?: (file: File) => void}} [own]  ms; throws where the file has been removed
   */
  constructor(tell, { clock = () => performance.now(), read = readNow } = {}) {
    this.#tell = tell;
    this.#clock = clock;
    this.#read = read;
  }

  /** @param {File} file  to be looked at after the others */
  add(file) {
    this.#files.push(file);
  }

  /** Is it time to ask? Once it is, it remains so until there is an answer.  @param {boolean} [idle]  nothing is computed meanwhile */
  due(idle = false) {
    const now = this.#clock();
    if (now < (idle ? Math.min(this.#next, this.#planned + LOOK_IDLE) : this.#next)) return false;
    if (now >= this.#ask) return true;
    const rung = this.#rung(now);
    if (rung) this.#ask = now;
    this.#plan(this.#clock());
    return rung;
  }

  /** @param {number} ms  from a question to its answer */
  took(ms) {
    this.#asking.took(ms);
  }

  /** An answer says what the page knows. */
  answered() {
    const now = this.#clock();
    this.#ask = now + (this.#works && this.#bell ? ASK_ANYWAY : this.#asking.ms);
    this.#plan(now);
  }

  /** The file to be looked at, if there is one. */
  get #bell() {
    return this.#refused ? undefined : this.#files[this.#at];
  }

  /** @param {number} now */
  #plan(now) {
    this.#planned = now;
    this.#next = this.#bell ? Math.min(now + (this.#works ? LOOK : TRY), this.#ask) : this.#ask;
  }

  /** @param {number} now */
  #rung(now) {
    const file = this.#bell;
    if (!file) return false;
    if (this.#begun === null) {
      this.#begun = now;
      this.#tell(this.#at);
    }
    try {
      this.#read(file);
    } catch {
      this.#works = true;
      this.#tell(++this.#at);
      return true;
    }
    if (!this.#works && now - this.#begun > TRIAL) this.#refused = true;
    return false;
  }
}

/** How often to do what costs time, in ms. */
class Interval {
  #bounds;
  #cost = 0;

  /** @param {{least: number, most: number, share: number}} bounds  ms; of all the time, as far as `most` lets it */
  constructor(bounds) {
    this.#bounds = bounds;
  }

  /** @param {number} cost */
  took(cost) {
    this.#cost = this.#cost ? this.#cost + (cost - this.#cost) / 4 : cost;
  }

  get ms() {
    const { least, most, share } = this.#bounds;
    return Math.min(Math.max(least, this.#cost / share), most);
  }
}

/** @param {File} file */
function readNow(file) {
  new FileReaderSync().readAsArrayBuffer(file);
}
