// @ts-check
/** A session's interpreter: one at a time. Those that were thrown away are heard no more. */
import { Start } from "./start.js";

/** @import { Block } from "./block.js" */
/** @import { Reader } from "./console.js" */
/** @import { Manifest, PageMessage } from "./protocol.js" */
/** @import { Thread } from "./thread.js" */
/** @import { Event } from "./turns.js" */

/**
 * @typedef {object} EngineEvents
 * @property {(bytes: Uint8Array) => Promise<void>} output
 * @property {() => Promise<void> | void} settled       as in `ConsoleEvents`
 * @property {() => void} interrupted
 * @property {(start: number, reader: Reader) => void} waiting
 * @property {(event: Event<Block>) => void} event
 */

export class Engine {
  #manifest;
  /** For the first start; each further one has its own. @type {Thread | undefined} */ #thread;
  #events;
  /** @type {Start | null} */ #start = null;
  /** Which start it is. */ #number = 0;

  /**
   * @param {Manifest} manifest
   * @param {Thread} thread  begins to load already
   * @param {EngineEvents} events
   */
  constructor(manifest, thread, events) {
    this.#manifest = manifest;
    this.#thread = thread;
    this.#events = events;
  }

  /** The page's side of its terminal, once it has one. */
  get console() {
    return this.#start?.console ?? null;
  }

  /** @param {number} number  of this start @param {[columns: number, rows: number]} size  the terminal's */
  begin(number, size) {
    const { event, output, settled, interrupted, waiting } = this.#events, thread = this.#thread;
    this.#thread = undefined;
    this.#number = number;
    /** @template {(...parameters: any[]) => any} F @param {F} act @returns {(...parameters: Parameters<F>) => ReturnType<F> | undefined} */
    const present = (act) => (...parameters) => (this.#number === number ? act(...parameters) : undefined);
    const start = (this.#start = new Start(this.#manifest, size, {
      output: present(output),
      settled: present(settled),
      interrupted: present(interrupted),
      waiting: present((reader) => waiting(number, reader)),
      message: (message) => event({ type: "message", start: number, message }),
    }, (text) => event({ type: "told", start: number, text }), thread));
    start.ready.then(
      () => event({ type: "ready", start: number, interactive: start.console?.channel.canSignal ?? false }),
      ({ message }) => event({ type: "unstarted", start: number, reason: message }),
    );
  }

  /** A thread that loads ahead is not wanted. */
  release() {
    this.#thread?.end();
    this.#thread = undefined;
  }

  /** Throw it away. */
  end() {
    this.#number = 0;
    this.#start?.end();
    this.#start = null;
  }

  /** @param {PageMessage} message */
  post(message) {
    this.#start?.post(message);
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    this.#start?.resize(columns, rows);
  }
}
