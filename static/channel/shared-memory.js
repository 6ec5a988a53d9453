// @ts-check
/**
 * The channel of cross-origin isolated pages: output through a ring in shared memory, the page's answers through a second
 * buffer, signals through a third; the worker waits with `Atomics.wait`.
 *
 * Who owns what. SIGNAL: the page sets it, the interpreter clears it. HEAD and the ring's free part: the worker. TAIL: the page.
 * The reply: the page from a call until it sets ANSWERED to the call's number, then the worker. DOORBELL: the page arms it (1)
 * when it has read everything; the worker disarms it (0) and rings by a message, so a flood costs one message a drain, not
 * one a write. Messages and output keep their order: a message says how far the ring was written before it, and POSTED counts
 * the messages, so that the page does not read on while one is on its way. WAKE counts everything the page does: the worker waits on it and looks again.
 *
 * Nothing is lost or doubled: each index has one writer, and data is stored before the index that publishes it.
 */
import { EINTR, SIGINT, foremost } from "../protocol.js";

/** @import { HostChannel, HostEvents, Reply, TerminalCall, WorkerChannel } from "../protocol.js" */

const SIGNAL = 0, WAKE = 1, ANSWERED = 2, REPLY_KIND = 3, REPLY_VALUE = 4, HEAD = 5, TAIL = 6, DOORBELL = 7, COLUMNS = 8, ROWS = 9, POSTED = 10;
const HEADER_BYTES = 64, REPLY_BYTES = 1 << 16, RING_BYTES = 1 << 18;
const KIND_BYTES = 0, KIND_VALUE = 1, KIND_ERRNO = 2;
/** How much the page takes from the ring at once, in bytes: the screen's own slices keep the page alive meanwhile. */
const DRAIN_BYTES = 1 << 16;
/** How long one wait lasts at most, in ms, should a wake-up be missed. */
const WAIT = 1000;

/** @param {SharedArrayBuffer} memory */
function views(memory) {
  return {
    header: new Int32Array(memory, 0, HEADER_BYTES / 4),
    reply: new Uint8Array(memory, HEADER_BYTES, REPLY_BYTES),
    ring: new Uint8Array(memory, HEADER_BYTES + REPLY_BYTES, RING_BYTES),
  };
}

/** The most bytes one `read` call may ask for. */
export const MAX_READ = REPLY_BYTES;

/**
 * The worker's end.
 * @param {SharedArrayBuffer} memory
 * @param {(data: unknown) => void} post  posts to the page
 * @returns {WorkerChannel}
 */
export function openWorkerEnd(memory, post) {
  const { header, reply, ring } = views(memory);
  let calls = 0;
  /** @param {object} message */
  function send(message) {
    Atomics.add(header, POSTED, 1);
    post({ head: header[HEAD], ...message });
  }

  /** @param {TerminalCall} call @returns {Reply} */
  function call(call) {
    const id = ++calls;
    send({ id, ...call });
    for (;;) {
      const wake = Atomics.load(header, WAKE);
      if (Atomics.load(header, ANSWERED) === id) break;
      Atomics.wait(header, WAKE, wake, WAIT);
    }
    const value = header[REPLY_VALUE];
    switch (header[REPLY_KIND]) {
      case KIND_BYTES: return { bytes: reply.slice(0, value) };
      case KIND_VALUE: return { value };
      default: return { errno: value };
    }
  }

  /** @param {Uint8Array} bytes */
  function write(bytes) {
    const head = header[HEAD];
    for (;;) {
      const wake = Atomics.load(header, WAKE);
      const free = RING_BYTES - ((head - Atomics.load(header, TAIL)) | 0);
      if (free > 0) {
        const count = Math.min(free, bytes.length), at = (head >>> 0) % RING_BYTES;
        const first = Math.min(count, RING_BYTES - at);
        ring.set(bytes.subarray(0, first), at);
        ring.set(bytes.subarray(first, count), 0);
        Atomics.store(header, HEAD, (head + count) | 0);
        if (Atomics.exchange(header, DOORBELL, 0) === 1) post({ doorbell: true });
        return count;
      }
      if (Atomics.load(header, SIGNAL)) return -EINTR;
      Atomics.wait(header, WAKE, wake, WAIT);
    }
  }

  /** @param {number} ms */
  function sleep(ms) {
    const end = performance.now() + ms;
    for (let left = ms; left > 0; left = end - performance.now()) {
      const wake = Atomics.load(header, WAKE);
      if (Atomics.load(header, SIGNAL)) return;
      Atomics.wait(header, WAKE, wake, Math.min(left, WAIT));
    }
  }

  const takeSignal = () => Atomics.load(header, SIGNAL) && Atomics.exchange(header, SIGNAL, 0);

  return {
    tier: "shared-memory",
    blocking: true,
    takeSignal,
    checkSignal: takeSignal,
    call,
    write,
    sleep,
    size: () => ({ columns: Atomics.load(header, COLUMNS), rows: Atomics.load(header, ROWS) }),
    post: send,
  };
}

/** @implements {HostChannel} */
export class SharedMemoryHost {
  canSignal = true;
  init;
  #header;
  #reply;
  #ring;
  #events;
  /** The call that waits for its answer. @type {number | null} */ #waiting = null;
  /** What the worker posted and the page has not yet handled, and how far the ring was written then. @type {{message: any, head: number}[]} */ #inbox = [];
  #busy = false;
  /** How many messages have arrived, to compare with POSTED. */ #received = 0;

  /** @param {HostEvents} events */
  constructor(events) {
    const memory = new SharedArrayBuffer(HEADER_BYTES + REPLY_BYTES + RING_BYTES);
    this.init = /** @type {const} */ ({ tier: "shared-memory", memory });
    const { header, reply, ring } = views(memory);
    this.#header = header;
    this.#reply = reply;
    this.#ring = ring;
    this.#events = events;
    Atomics.store(header, DOORBELL, 1);
  }

  /** @param {number} signum */
  signal(signum) {
    // As Linux' terminals do at an interrupt: output that waits to be shown is dropped, so that a flood ends at once.
    if (signum === SIGINT) Atomics.store(this.#header, TAIL, Atomics.load(this.#header, HEAD));
    for (let pending = 0, found; (found = Atomics.compareExchange(this.#header, SIGNAL, pending, foremost(pending, signum))) !== pending;) pending = found;
    if (this.#waiting !== null) this.#answer(this.#waiting, { errno: EINTR });
    this.#wake();
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    Atomics.store(this.#header, COLUMNS, columns);
    Atomics.store(this.#header, ROWS, rows);
  }

  close() {}

  /** @param {unknown} data */
  receive(data) {
    const message = /** @type {any} */ (data);
    if ("head" in message) this.#received++;
    if (!("doorbell" in message)) this.#inbox.push({ message, head: this.#written(message.head) });
    void this.#work();
  }

  /** Handle what arrived, one thing at a time, each after all output written before it; then the output written since. */
  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (;;) {
        const next = this.#inbox[0], head = next?.head ?? Atomics.load(this.#header, HEAD);
        if (!next && ((Atomics.load(this.#header, POSTED) - this.#received) | 0) > 0) return;
        if (await this.#take(head)) continue;
        if (next) {
          this.#inbox.shift();
          if ("call" in next.message) this.#call(next.message);
          else await this.#events.message(next.message);
        } else if (this.#armed()) {
          return;
        }
      }
    } finally {
      this.#busy = false;
    }
  }

  /** @param {number | undefined} head  as a message says, which may be forged @returns {number} so far the ring was written then */
  #written(head) {
    const now = Atomics.load(this.#header, HEAD), ago = head === undefined ? 0 : (now - head) | 0;
    return 0 <= ago && ago <= RING_BYTES ? (now - ago) | 0 : now;
  }

  /** Everything is read: arm the doorbell.  @returns {boolean} nothing was written meanwhile */
  #armed() {
    Atomics.store(this.#header, DOORBELL, 1);
    if (Atomics.load(this.#header, HEAD) === this.#header[TAIL]) return true;
    Atomics.store(this.#header, DOORBELL, 0);
    return false;
  }

  /** @param {TerminalCall & {id: number}} call */
  #call(call) {
    this.#waiting = call.id;
    // A signal raised before the call arrived: the program must see it, not the page's answer.
    const interruptible = call.call === "read" || call.call === "poll";
    if (interruptible && Atomics.load(this.#header, SIGNAL)) this.#answer(call.id, { errno: EINTR });
    else this.#events.call(call, (reply) => this.#answer(call.id, reply));
  }

  /** @param {number} id @param {Reply} reply */
  #answer(id, reply) {
    if (this.#waiting !== id) return;
    this.#waiting = null;
    if ("bytes" in reply) {
      this.#reply.set(reply.bytes);
      this.#publish(id, KIND_BYTES, reply.bytes.length);
    } else if ("value" in reply) {
      this.#publish(id, KIND_VALUE, reply.value);
    } else {
      this.#publish(id, KIND_ERRNO, reply.errno);
    }
  }

  /** @param {number} id @param {number} kind @param {number} value */
  #publish(id, kind, value) {
    this.#header[REPLY_KIND] = kind;
    this.#header[REPLY_VALUE] = value;
    Atomics.store(this.#header, ANSWERED, id);
    this.#wake();
  }

  #wake() {
    Atomics.add(this.#header, WAKE, 1);
    Atomics.notify(this.#header, WAKE);
  }

  /** Hand on a part of what is in the ring before `head`, at the pace at which it is taken.  @param {number} head @returns {Promise<boolean>} was there anything */
  async #take(head) {
    const tail = this.#header[TAIL], at = (tail >>> 0) % RING_BYTES;
    const count = Math.min((head - tail) | 0, DRAIN_BYTES, RING_BYTES - at);
    if (count <= 0) return false;
    const taken = this.#events.write(this.#ring.subarray(at, at + count));
    Atomics.store(this.#header, TAIL, (tail + count) | 0);
    this.#wake();
    await taken;
    return true;
  }
}
