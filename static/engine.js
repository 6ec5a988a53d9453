// @ts-check
/** A session's interpreter: begun ahead or when it is wanted, and begun anew once it was thrown away. */
import { Start } from "./start.js";
import { Watch } from "./watch.js";
import { quietStep } from "./words.js";

/** @import { Block } from "./block.js" */
/** @import { ConsoleEvents } from "./console.js" */
/** @import { Manifest, PageMessage } from "./protocol.js" */
/** @import { Thread } from "./thread.js" */
/** @typedef {() => [columns: number, rows: number]} Size   The terminal's, as a start has it. */

export class Engine {
  #manifest;
  /** For the first start; each further one has its own. @type {Thread | undefined} */ #thread;
  #events;
  /** @type {Start | null} */ #start = null;
  /** It has been given a block. */ #serving = false;
  /** Whose reader waits for it. @type {Block | null} */ #awaitedBy = null;
  /** Of the wait for a program to begin: its files may be on their way. @type {Watch | undefined} */ #watch;

  /**
   * @param {Manifest} manifest
   * @param {Thread} thread  begins to load already
   * @param {ConsoleEvents} events
   */
  constructor(manifest, thread, events) {
    this.#manifest = manifest;
    this.#thread = thread;
    this.#events = events;
  }

  /** Is there one, started or about to be? */
  get wanted() {
    return this.#start !== null;
  }

  /** Has it been given a block, so that it may hold something of the reader's? */
  get serving() {
    return this.#serving;
  }

  /** The page's side of its terminal, once it has one. */
  get console() {
    return this.#start?.console ?? null;
  }

  /** Begin ahead of a block. Where that fails, the run tries again.  @param {Size} size */
  prepare(size) {
    if (this.#start) return;
    const start = (this.#start = this.#newStart(size));
    start.ready.catch(() => {
      if (this.#start !== start || this.#serving) return;
      start.end();
      this.#start = null;
    });
  }

  /** End one that has not been used. */
  release() {
    this.#thread?.end();
    this.#thread = undefined;
    if (!this.#serving) this.discard();
  }

  /**
   * @param {Block} block  to be served, whose reader is told of the progress
   * @param {Size} size
   * @returns {{ready: Promise<void>, current: () => boolean}} `ready` rejects with a sentence without its full stop; `current`: it has not been
   *          thrown away meanwhile. If it has, the next may already be on its way.
   */
  serve(block, size) {
    this.#awaitedBy = block;
    this.#serving = true;
    const start = (this.#start ??= this.#newStart(size));
    return { ready: start.ready, current: () => this.#start === start };
  }

  /** Tell the reader where a program that was sent does not begin. */
  watch() {
    this.unwatch();
    this.#watch = new Watch({ quiet: (seconds) => this.#tell(quietStep("The program's start", seconds)), late: () => {}, limit: Infinity });
  }

  unwatch() {
    this.#watch?.stop();
  }

  /** @param {PageMessage} message */
  post(message) {
    this.#start?.post(message);
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    this.#start?.resize(columns, rows);
  }

  /** Throw it away. */
  discard() {
    this.unwatch();
    this.#start?.end();
    this.#start = null;
    this.#serving = false;
  }

  /** @param {Size} size */
  #newStart(size) {
    const thread = this.#thread;
    this.#thread = undefined;
    return new Start(this.#manifest, size(), this.#events, (text) => (this.#watch?.sign(), this.#tell(text)), thread);
  }

  /** @param {string} text  for the reader who waits */
  #tell(text) {
    if (this.#awaitedBy?.state === "loading") this.#awaitedBy.status = text;
  }
}
