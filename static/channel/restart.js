// @ts-check
/**
 * The channel of pages that are not cross-origin isolated: messages only. The worker cannot wait for the page, so a program
 * cannot read what the reader types (it meets an end of file), and a stop means a new interpreter.
 */
import { ENOSYS } from "../protocol.js";
import { openClock } from "./clock.js";

/** @import { HostChannel, HostEvents, WorkerChannel, WorkerMessage } from "../protocol.js" */

/**
 * The worker's end.
 * @param {{columns: number, rows: number}} size
 * @param {(data: unknown) => void} post
 * @returns {WorkerChannel}
 */
export function openWorkerEnd(size, post) {
  const pause = openClock();
  return {
    tier: "restart",
    blocking: false,
    takeSignal: () => 0,
    checkSignal: undefined,
    call({ call }) {
      if (call === "read") return { bytes: new Uint8Array(0) };
      // An end of file can be read.
      return call === "configure" ? { errno: ENOSYS } : { value: Number(call === "poll") };
    },
    write(bytes) {
      post({ output: bytes.slice() });
      return bytes.length;
    },
    sleep: (ms) => pause?.(ms),
    size: () => size,
    post,
  };
}

/** @implements {HostChannel} */
export class RestartHost {
  canSignal = false;
  init = { tier: /** @type {const} */ ("restart"), columns: 80, rows: 24 };
  #events;
  #order = Promise.resolve();

  /** @param {HostEvents} events */
  constructor(events) {
    this.#events = events;
  }

  signal() {}

  close() {}

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    Object.assign(this.init, { columns, rows });
  }

  /** @param {unknown} data */
  receive(data) {
    const message = /** @type {WorkerMessage | {output: Uint8Array}} */ (data);
    this.#order = this.#order.then(() => ("output" in message ? this.#events.write(message.output) : this.#events.message(message)));
  }
}
