// @ts-check
/**
 * The channel where a worker can neither share memory nor wait for an answer: messages only. A program reads what was supplied
 * before it ran, and then meets an end of file; a stop means a new interpreter.
 */
import { ENOSYS } from "../protocol.js";
import { openClock } from "./clock.js";

/** @import { ChannelInit, HostChannel, HostEvents, Reply, TerminalCall, WorkerChannel, WorkerMessage } from "../protocol.js" */

/** The page cannot say that it is behind, so a worker writes so many bytes in a ms at the most, after so many ms of less. */
const PACE = 4000, BURST = 500;
const NEWLINE = 10;

/**
 * The worker's end.
 * @param {Extract<ChannelInit, {tier: "restart"}>} size
 * @param {(data: unknown) => void} post
 * @returns {WorkerChannel}
 */
export function openWorkerEnd(size, post) {
  const pause = openClock();
  let input = new Uint8Array(0), starved = false, free = 0;

  /** @param {number} max */
  function read(max) {
    if (!input.length && !starved) {
      starved = true;
      post({ type: "starved" });
    }
    const line = input.subarray(0, Math.min(max, input.indexOf(NEWLINE) + 1 || input.length));
    input = input.subarray(line.length);
    // As if it were typed.
    if (line.length) post({ output: line.slice() });
    return line;
  }

  /** @param {TerminalCall} call @returns {Reply} */
  function answer(call) {
    switch (call.call) {
      case "read": return { bytes: read(call.max) };
      case "poll": return { value: 1 };
      case "pending": return { value: input.length };
      case "flush": return { value: 0 };
      case "configure": return { errno: ENOSYS };
    }
  }

  return {
    tier: "restart",
    blocking: false,
    takeSignal: () => 0,
    checkSignal: undefined,
    call: answer,
    supply(text) {
      input = new TextEncoder().encode(text && !text.endsWith("\n") ? `${text}\n` : text);
      starved = false;
    },
    write(bytes) {
      const now = performance.now();
      free = Math.max(free, now - BURST) + bytes.length / PACE;
      if (free > now) pause?.(free - now);
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
  #closed = false;

  /** @param {HostEvents} events */
  constructor(events) {
    this.#events = events;
  }

  signal() {}

  close() {
    this.#closed = true;
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    Object.assign(this.init, { columns, rows });
  }

  /** @param {unknown} data */
  receive(data) {
    const message = /** @type {WorkerMessage | {output: Uint8Array}} */ (data);
    this.#order = this.#order.then(() => {
      if (this.#closed) return;
      return "output" in message ? this.#events.write(message.output) : this.#events.message(message);
    });
  }
}
