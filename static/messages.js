// @ts-check
/**
 * What a page takes for a message of its worker. A program can reach what its worker posts with, so anything may come: what is not one of these,
 * or not of this shape, is ignored. Whether it comes at the right time is the state machine's affair (`turns.js`).
 */
import { MAX_READ } from "./channel/shared-memory.js";
import { NCCS } from "./termios.js";

/** @import { TerminalCall, WorkerMessage } from "./protocol.js" */
/** @typedef {(value: any) => boolean} Is */

/** @type {Is} */ const text = (value) => typeof value === "string";
/** @type {Is} */ const flag = (value) => typeof value === "boolean";
/** @type {Is} */ const number = (value) => typeof value === "number" && !Number.isNaN(value);
/** @type {Is} */ const whole = (value) => Number.isSafeInteger(value);
/** @type {Is} */ const count = (value) => whole(value) && value >= 0;
/** @type {Is} */ const finite = (value) => Number.isFinite(value);
/** @type {Is} */ const outcome = (value) => ["done", "error", "stopped"].includes(value);
/** @type {Is} */ const statusOrNone = (value) => value === null || whole(value);
/** @type {Is} */ const textOrNone = (value) => value === undefined || text(value);
/** @type {Is} */ const few = (value) => count(value) && value <= MAX_READ;
/** @type {Is} */ const steps = (value) => Array.isArray(value) && value.every((step) => text(step?.name) && finite(step.start) && finite(step.end));
/** @type {Is} */ const termios = (value) =>
  ["c_iflag", "c_oflag", "c_cflag", "c_lflag"].every((name) => whole(value?.[name])) && Array.isArray(value.c_cc) && value.c_cc.length === NCCS && value.c_cc.every(whole);

/** By `type`. @type {Record<WorkerMessage["type"], Record<string, Is>>} */
const MESSAGES = {
  progress: { loaded: count, total: count },
  quiet: { name: text, seconds: count },
  ready: { steps },
  started: {},
  typed: { statement: text },
  finished: { outcome, status: statusOrNone },
  detached: { exited: flag },
  crashed: { reason: text },
  failed: { reason: text, file: textOrNone },
  offered: { url: text },
  drawing: { command: text },
  starved: {},
  unreachable: {},
};
/** By `call`. @type {Record<TerminalCall["call"], Record<string, Is>>} */
const CALLS = {
  read: { max: few, wait: flag, prompt: flag },
  poll: { timeout: number, prompt: flag },
  pending: {},
  flush: {},
  configure: { termios, flush: flag },
};
/** The channels' own, by what only they have. @type {Record<string, Is>} */
const CHANNELS = { doorbell: (value) => value === true, output: (value) => value instanceof Uint8Array, looksAt: count };
/** What the channels add. @type {Record<string, Is>} */
const ADDED = { id: count, learned: count, head: (value) => value === (value | 0) };

/** @param {any} data  what a worker posted @returns {boolean} is it a message? */
export function isMessage(data) {
  if (typeof data !== "object" || data === null) return false;
  const parts = Object.entries(ADDED).filter(([name]) => name in data);
  if (!parts.every(([name, is]) => is(data[name]))) return false;
  if ("type" in data) return fits(data, MESSAGES, data.type);
  if ("call" in data) return "id" in data && fits(data, CALLS, data.call);
  return Object.entries(CHANNELS).some(([name, is]) => name in data && is(data[name]));
}

/** @param {any} data @param {Record<string, Record<string, Is>>} shapes @param {unknown} name */
function fits(data, shapes, name) {
  if (typeof name !== "string" || !Object.hasOwn(shapes, name)) return false;
  return Object.entries(shapes[name]).every(([part, is]) => is(data[part]));
}
