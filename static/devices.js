// @ts-check
/**
 * The terminal as the interpreter sees it: a character device in Emscripten's file system over the channel, behind
 * /dev/tty and the three standard streams, and the two system calls that have to wait: poll(2) and sleeping.
 */
import { EINTR } from "./protocol.js";
import { cookedTermios } from "./termios.js";

/** @import { WorkerChannel } from "./protocol.js" */
/** @import { Termios } from "./termios.js" */

/** poll(2)'s events, and the offsets in its `struct pollfd`. */
const POLLIN = 1, POLLOUT = 4, POLLFD_BYTES = 8;
/** ioctl(2)'s requests, and tcsetattr(3)'s action that drops unread input. */
const FIONREAD = 0x541b, TCSETSF = 0x5404;
const ENOTTY = 59, EINVAL = 28;
/** Two calls of the clock that are further apart than this, in ms, do not belong to the same sleep. */
const SAME_SLEEP = 0.05;
/** A sleep is waited for in slices, in ms: its end is known to C alone, so the last slice may be too long by this much. */
const SLICE = 1;

export class TerminalDevice {
  /** It is the interactive prompt that reads, not a program. */
  prompting = false;
  #channel;
  /** @type {any} the Emscripten module */ #module;
  /** @type {Termios} */ #termios = cookedTermios();

  /** @param {WorkerChannel} channel */
  constructor(channel) {
    this.#channel = channel;
  }

  /**
   * Wrap the system calls that wait. Called before the WebAssembly is instantiated.
   * @param {{env: Record<string, Function>}} imports
   */
  wrapImports({ env }) {
    const poll = env.__syscall_poll;
    env.__syscall_poll = (/** @type {number} */ fds, /** @type {number} */ count, /** @type {number} */ timeout) => {
      const ready = poll(fds, count, timeout);
      return ready !== 0 || timeout === 0 ? ready : this.#waitToPoll(fds >>> 0, count, timeout, () => poll(fds, count, 0));
    };
    // Only C's sleep asks this clock: `start = now(); while (now() - start < ms);` (Emscripten's library_pthread_stub.c).
    let last = -Infinity;
    env.emscripten_get_now = () => {
      const now = performance.now();
      if (now - last < SAME_SLEEP && this.#sleepInterrupted()) return Infinity;
      return (last = performance.now());
    };
  }

  /**
   * Make the device and put it behind /dev/tty and the standard streams.
   * @param {any} module  the Emscripten module, booted
   */
  install(module) {
    this.#module = module;
    const { FS } = module;
    const device = FS.makedev(FS.createDevice.major++, 0);
    FS.registerDevice(device, this.#streamOperations(FS));
    for (const path of ["/dev/tty", "/dev/stdin", "/dev/stdout", "/dev/stderr"]) {
      FS.unlink(path);
      FS.mkdev(path, 0o620, device);
    }
    for (const [fd, flags] of [[0, 0], [1, 1], [2, 1]]) {
      FS.close(FS.getStream(fd));
      FS.open("/dev/tty", flags);
    }
  }

  /** Hand a pending signal to Python now, not at its next look at the buffer.  @returns {boolean} was there one */
  #raisePending() {
    const { signals } = this.#channel;
    const signum = signals ? Atomics.exchange(signals, 0, 0) : 0;
    if (signum) this.#module._PyErr_SetInterruptEx(signum);
    return signum !== 0;
  }

  /** Wait a slice of a sleep.  @returns {boolean} the sleep is over, by a signal */
  #sleepInterrupted() {
    this.#channel.sleep(SLICE);
    return this.#raisePending();
  }

  /**
   * poll(2) that found nothing ready: wait.
   * @param {number} fds  address of the pollfd array
   * @param {number} count
   * @param {number} timeout  ms, negative: for ever
   * @param {() => number} again  looks once more
   */
  #waitToPoll(fds, count, timeout, again) {
    if (this.#pollsTerminal(fds, count)) {
      // The prompt looks every 100 ms although nothing depends on it: it waits until a key comes.
      const reply = this.#channel.call({ call: "poll", timeout: this.prompting ? -1 : timeout, prompt: this.prompting });
      if ("value" in reply) return reply.value ? again() : 0;
      // Not -EINTR, which select(2) loses here: nothing is ready, and Python finds the signal.
      this.#raisePending();
      return 0;
    }
    const end = performance.now() + (timeout < 0 ? Infinity : timeout);
    for (let left; (left = end - performance.now()) > 0;) {
      this.#channel.sleep(Math.min(left, 1000));
      if (this.#raisePending()) break;
    }
    return 0;
  }

  /** @param {number} fds @param {number} count */
  #pollsTerminal(fds, count) {
    const { FS, HEAP32, HEAP16 } = this.#module;
    for (let i = 0, at = fds; i < count; i++, at += POLLFD_BYTES) {
      if (FS.getStream(HEAP32[at >> 2])?.tty?.device === this && HEAP16[(at + 4) >> 1] & POLLIN) return true;
    }
    return false;
  }

  /** @param {any} FS */
  #streamOperations(FS) {
    const channel = this.#channel;
    const tty = { device: this, ops: this.#terminalOperations() };
    return {
      open(/** @type {any} */ stream) {
        stream.tty = tty;
        stream.seekable = false;
      },
      close() {},
      fsync() {},
      read: (/** @type {any} */ _stream, /** @type {Uint8Array} */ buffer, /** @type {number} */ offset, /** @type {number} */ length) => {
        // musl's first iovec may be empty; an answer to it would be lost.
        if (!length) return 0;
        const reply = channel.call({ call: "read", max: length, prompt: this.prompting });
        if ("errno" in reply) throw new FS.ErrnoError(reply.errno);
        const bytes = "bytes" in reply ? reply.bytes : new Uint8Array(0);
        buffer.set(bytes, offset);
        return bytes.length;
      },
      write(/** @type {any} */ _stream, /** @type {Uint8Array} */ buffer, /** @type {number} */ offset, /** @type {number} */ length) {
        if (!length) return 0;
        const written = channel.write(buffer.subarray(offset, offset + length));
        if (written < 0) throw new FS.ErrnoError(EINTR);
        return written;
      },
      poll: () => this.#call({ call: "poll", timeout: 0, prompt: this.prompting }) ? POLLIN | POLLOUT : POLLOUT,
      ioctl: (/** @type {any} */ _stream, /** @type {number} */ request, /** @type {number} */ argument) => {
        if (request !== FIONREAD) throw new FS.ErrnoError(ENOTTY);
        this.#module.HEAP32[argument >> 2] = this.#call({ call: "pending" });
        return 0;
      },
    };
  }

  #terminalOperations() {
    return {
      ioctl_tcgets: () => this.#termios,
      ioctl_tcsets: (/** @type {any} */ _tty, /** @type {number} */ request, /** @type {Termios} */ termios) => {
        const reply = this.#channel.call({ call: "configure", termios, flush: request === TCSETSF });
        if ("errno" in reply) return -EINVAL;
        this.#termios = termios;
        return 0;
      },
      ioctl_tiocgwinsz: () => {
        const { rows, columns } = this.#channel.size();
        return [rows, columns];
      },
    };
  }

  /** @param {import("./protocol.js").TerminalCall} call */
  #call(call) {
    const reply = this.#channel.call(call);
    return "value" in reply ? reply.value : 0;
  }
}
