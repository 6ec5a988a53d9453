// @ts-check
/**
 * The terminal as the interpreter sees it: a character device in Emscripten's file system over the channel, behind
 * /dev/tty and the three standard streams, and the two system calls that have to wait: poll(2) and sleeping.
 */
import { MAX_READ } from "./channel/shared-memory.js";
import { EINTR, ENOTTY } from "./protocol.js";
import { cookedTermios } from "./termios.js";

/** @import { WorkerChannel } from "./protocol.js" */
/** @import { Termios } from "./termios.js" */

/** poll(2)'s events, and the offsets in its `struct pollfd`. */
const POLLIN = 1, POLLOUT = 4, POLLFD_BYTES = 8;
/** ioctl(2)'s requests: those of tcsetattr(3) that drops unread input, tcdrain(3), tcflush(3), tcgetpgrp(3). */
const FIONREAD = 0x541b, TCSETSF = 0x5404, TCSBRK = 0x5409, TCFLSH = 0x540b, TIOCGPGRP = 0x540f;
/** tcflush(3): output alone, which is never held back here. */
const TCOFLUSH = 1;
/** fcntl(2). */
const F_SETFL = 4, O_NONBLOCK = 0o4000;
const EINVAL = 28;
/** The names of the standard streams, by file descriptor. */
const STANDARD = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];
/** Two calls of the clock that are further apart than this, in ms, do not belong to the same sleep. */
const SAME_SLEEP = 0.05;
/** A sleep is waited for in slices, in ms: its end is known to C alone, so the last slice may be too long by this much. */
const SLICE = 1;

export class TerminalDevice {
  /** It is the interactive prompt that reads, not a program. */
  prompting = false;
  /** What is written to standard output is dropped. */
  muted = false;
  #channel;
  /** @type {any} the Emscripten module */ #module;
  /** Which of the standard streams are this terminal. @type {number[]} */ #streams = [];
  /** As files name it. */ #number = 0;
  /** @type {Termios} */ #termios = cookedTermios();
  /** A function in WebAssembly's table: raises the exception it is given. */ #raise = 0;
  /** A handler raised in the middle of a sleep; its exception comes when Python runs on. */ #raising = false;

  /** @param {WorkerChannel} channel */
  constructor(channel) {
    this.#channel = channel;
  }

  /**
   * Wrap the system calls that wait. Called before the WebAssembly is instantiated.
   * @param {{env: Record<string, Function>, wasi_snapshot_preview1: Record<string, Function>}} imports
   */
  wrapImports({ env, wasi_snapshot_preview1: wasi }) {
    const poll = env.__syscall_poll;
    env.__syscall_poll = (/** @type {number} */ fds, /** @type {number} */ count, /** @type {number} */ timeout) => {
      const ready = poll(fds, count, timeout);
      return ready !== 0 || timeout === 0 ? ready : this.#waitToPoll(fds >>> 0, count, timeout, () => poll(fds, count, 0));
    };
    this.#wrapControl(env);
    // Only C's sleep asks this clock: `start = now(); while (now() - start < ms);` (Emscripten's library_pthread_stub.c). Which
    // of the two asks is not always known; ∞ ends the loop from either, as long as all that follow have it too.
    let last = -Infinity;
    env.emscripten_get_now = () => {
      const now = performance.now();
      if (this.#raising || (now - last < SAME_SLEEP && this.#sleepInterrupted())) return Infinity;
      return (last = performance.now());
    };
    // time.sleep() first asks this one, for its deadline.
    const getTime = wasi.clock_time_get;
    wasi.clock_time_get = (/** @type {number} */ clock, /** @type {bigint} */ precision, /** @type {number} */ time) => {
      last = -Infinity;
      return getTime(clock, precision, time);
    };
  }

  /**
   * Make the device and put it behind /dev/tty and the standard streams.
   * @param {any} module  the Emscripten module, booted
   * @param {number[]} [streams]  those of the standard streams that are this terminal
   */
  install(module, streams = [0, 1, 2]) {
    this.#module = module;
    this.#streams = streams;
    const { FS } = module;
    const device = (this.#number = FS.makedev(FS.createDevice.major++, 0));
    FS.registerDevice(device, this.#streamOperations(FS));
    for (const path of ["/dev/tty", ...streams.map((fd) => STANDARD[fd])]) {
      FS.unlink(path);
      FS.mkdev(path, 0o620, device);
    }
    streams.forEach((fd) => this.#open(fd));
  }

  /** Put the terminal right where a program left it otherwise, and the standard streams on it, as a shell does before the next one. */
  reset() {
    const cooked = cookedTermios();
    if (JSON.stringify(this.#termios) !== JSON.stringify(cooked)) this.#configure(cooked, false);
    for (const fd of this.#streams) {
      const stream = this.#stream(fd);
      if (stream) stream.flags &= ~O_NONBLOCK;
      else this.#open(fd);
    }
  }

  /** Open again the standard streams that a program has closed. */
  reopen() {
    for (const fd of this.#streams) if (!this.#module.FS.getStream(fd)) this.#open(fd);
  }

  /** Open a standard stream on the terminal, in the place of what it is.  @param {number} fd */
  #open(fd) {
    const { FS } = this.#module, path = "/dev/tty";
    if (FS.getStream(fd)) FS.close(FS.getStream(fd));
    if (!FS.analyzePath(path).exists) FS.mkdev(path, 0o620, this.#number);
    const stream = FS.open(path, fd === 0 ? 0 : 1);
    if (stream.fd === fd) return;
    FS.dupStream(stream, fd);
    FS.close(stream);
  }

  /** What Emscripten's ioctl(2) and fcntl(2) leave out for a terminal.  @param {Record<string, Function>} env */
  #wrapControl(env) {
    const { __syscall_ioctl: ioctl, __syscall_fcntl64: fcntl } = env;
    env.__syscall_ioctl = (/** @type {number} */ fd, /** @type {number} */ request, /** @type {number} */ argument) => {
      if (!this.#stream(fd)) return ioctl(fd, request, argument);
      const { HEAP32 } = this.#module;
      switch (request) {
        case TCSBRK: // The page takes a call after all output before it.
          this.#call({ call: "pending" });
          return 0;
        case TCFLSH:
          if (HEAP32[argument >>> 2] !== TCOFLUSH) this.#call({ call: "flush" });
          return 0;
        case TIOCGPGRP:
          HEAP32[HEAP32[argument >>> 2] >>> 2] = this.#module._getpgrp?.() ?? 0;
          return 0;
        default:
          return ioctl(fd, request, argument);
      }
    };
    env.__syscall_fcntl64 = (/** @type {number} */ fd, /** @type {number} */ command, /** @type {number} */ argument) => {
      const stream = this.#stream(fd);
      if (stream && command === F_SETFL) stream.flags &= ~O_NONBLOCK;
      return fcntl(fd, command, argument);
    };
  }

  /** The open file `fd`, where it is this terminal.  @param {number} fd */
  #stream(fd) {
    const stream = this.#module?.FS.getStream(fd);
    return stream?.tty?.device === this ? stream : null;
  }

  /** Hand a pending signal to Python now, not at a later look of its own (`pace.js`).  @returns {boolean} was there one */
  #raisePending() {
    const signum = this.#channel.takeSignal();
    if (signum) this.#module._PyErr_SetInterruptEx(signum);
    return signum !== 0;
  }

  /** Wait a slice of a sleep.  @returns {boolean} the sleep is over, by a signal */
  #sleepInterrupted() {
    this.#channel.sleep(SLICE);
    return this.#raisePending() && this.#handlerRaises();
  }

  /**
   * Run Python's signal handlers in the middle of a sleep, which goes on if they return (PEP 475).
   * @returns {boolean} one raised: its exception comes as soon as the sleep has returned
   */
  #handlerRaises() {
    const python = this.#module;
    const state = python._PyGILState_Ensure();
    const raises = python._PyErr_CheckSignals() < 0;
    if (raises) {
      this.#raise ||= python.addFunction((/** @type {number} */ error) => {
        this.#raising = false;
        python._PyErr_SetRaisedException(error);
        return -1;
      }, "ii");
      this.#raising = python._Py_AddPendingCall(this.#raise, python._PyErr_GetRaisedException()) === 0;
    }
    python._PyGILState_Release(state);
    return raises;
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
      this.#raisePending();
      return this.#interrupted();
    }
    this.#channel.sleep(timeout < 0 ? Infinity : timeout);
    return this.#raisePending() ? this.#interrupted() : 0;
  }

  /** The answer of a call that a signal ended.  */
  #interrupted() {
    // select(2) hands on poll(2)'s answer, but does not set this.
    const { HEAP32, ___errno_location } = this.#module;
    HEAP32[___errno_location() >>> 2] = EINTR;
    return -EINTR;
  }

  /** @param {any} FS @param {number} errno @returns {Error} what a read or a write throws */
  #failed(FS, errno) {
    if (errno === EINTR) this.#raisePending();
    return new FS.ErrnoError(errno);
  }

  /** @param {number} fds @param {number} count */
  #pollsTerminal(fds, count) {
    const { HEAP32, HEAP16 } = this.#module;
    for (let i = 0, at = fds; i < count; i++, at += POLLFD_BYTES) {
      if (this.#stream(HEAP32[at >> 2]) && HEAP16[(at + 4) >> 1] & POLLIN) return true;
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
      read: (/** @type {any} */ stream, /** @type {Uint8Array} */ buffer, /** @type {number} */ offset, /** @type {number} */ length) => {
        // musl's first iovec may be empty; an answer to it would be lost.
        if (!length) return 0;
        const reply = channel.call({ call: "read", max: Math.min(length, MAX_READ), wait: !(stream.flags & O_NONBLOCK), prompt: this.prompting });
        if ("errno" in reply) throw this.#failed(FS, reply.errno);
        const bytes = "bytes" in reply ? reply.bytes : new Uint8Array(0);
        buffer.set(bytes, offset);
        return bytes.length;
      },
      write: (/** @type {any} */ stream, /** @type {Uint8Array} */ buffer, /** @type {number} */ offset, /** @type {number} */ length) => {
        if (!length) return 0;
        if (this.muted && stream.fd === 1) return length;
        const written = channel.write(buffer.subarray(offset, offset + length), stream.fd);
        if (written < 0) throw this.#failed(FS, EINTR);
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
      ioctl_tcsets: (/** @type {any} */ _tty, /** @type {number} */ request, /** @type {Termios} */ termios) =>
        this.#configure(termios, request === TCSETSF) ? 0 : -EINVAL,
      ioctl_tiocgwinsz: () => {
        const { rows, columns } = this.#channel.size();
        return [rows, columns];
      },
    };
  }

  /** tcsetattr(3).  @param {Termios} termios @param {boolean} flush  drop unread input @returns {boolean} was it done */
  #configure(termios, flush) {
    const done = !("errno" in this.#channel.call({ call: "configure", termios, flush }));
    if (done) this.#termios = termios;
    return done;
  }

  /** @param {import("./protocol.js").TerminalCall} call */
  #call(call) {
    const reply = this.#channel.call(call);
    return "value" in reply ? reply.value : 0;
  }
}
