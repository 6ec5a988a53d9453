// @ts-check
/**
 * A command-line `python` on this machine's files: Pyodide under Node, arguments as python(1) takes them.
 *
 * It answers the questions of `uv --python`, compiles the bytecode that the site ships, and is what `sphinx-emrun python` runs.
 * Environment, none of which Python sees:
 *   EMRUN_PYODIDE      folder of the distribution (pyodide.mjs, pyodide.asm.*, python_stdlib.zip)
 *   EMRUN_STDLIB       another standard-library zip than the distribution's (optional)
 *   EMRUN_EXECUTABLE   what sys.executable says (optional)
 *   EMRUN_TERMINAL     set where the terminal has been put into raw mode: its line discipline is ours then
 *
 * Python runs in a thread of its own (`python-worker.mjs`) and waits there; this one stays free for signals and the keyboard.
 */
import fs from "node:fs";
import tty from "node:tty";
import { Worker } from "node:worker_threads";
import { SharedMemoryHost } from "../channel/shared-memory.js";
import { Console } from "../console.js";
import { SIGINT } from "../protocol.js";

/** @import { Reply, TerminalCall } from "../protocol.js" */

/** Exit statuses of a program that a signal ends. */
const QUIT = 131;
const CHUNK = 1 << 16;
/** The control character that ends even what does not react to Ctrl-C, as in any terminal. */
const CTRL_BACKSLASH = 28;

const raw = "EMRUN_TERMINAL" in process.env && tty.isatty(0);
/** Where the terminal's output goes. */
const screen = [1, 2].find((fd) => tty.isatty(fd)) ?? 0;

/** Calls back with what can be read from standard input, at most `max` bytes; none at its end. @param {number} max @param {(bytes: Uint8Array) => void} done */
function read(max, done) {
  const buffer = new Uint8Array(max);
  fs.read(0, buffer, 0, max, null, (error, count) => {
    if (error?.code === "EAGAIN") setTimeout(() => read(max, done), 10);
    else done(buffer.subarray(0, error ? 0 : count));
  });
}

/** Python reads a pipe, a file, or a terminal that cooks its lines itself. */
class Pipe {
  channel = new SharedMemoryHost({ write: async () => {}, call: (call, answer) => this.#call(call, answer), message: (message) => end(message) });
  /** What a read that was interrupted has brought. @type {Uint8Array | null} */ #left = null;
  #reading = false;
  /** @type {{max: number, answer: (reply: Reply) => void} | null} */ #waiting = null;

  signal() {
    this.channel.signal(SIGINT);
    this.#waiting = null;
  }

  /** @param {TerminalCall} call @param {(reply: Reply) => void} answer */
  #call(call, answer) {
    if (call.call !== "read") return answer({ value: 0 });
    this.#waiting = { max: call.max, answer };
    this.#answer();
    if (!this.#waiting || this.#reading) return;
    this.#reading = true;
    read(call.max, (bytes) => {
      this.#reading = false;
      this.#left = bytes;
      this.#answer();
    });
  }

  #answer() {
    if (!this.#waiting || !this.#left) return;
    const { max, answer } = this.#waiting, bytes = this.#left.subarray(0, max);
    this.#left = bytes.length < this.#left.length ? this.#left.subarray(max) : null;
    this.#waiting = null;
    answer({ bytes });
  }
}

/** The keyboard and the screen of a raw terminal, with the line discipline that pages have. */
function terminal() {
  const console = new Console(SharedMemoryHost, {
    output: (bytes) => {
      for (let done = 0; done < bytes.length;) done += fs.writeSync(screen, bytes, done);
    },
    waiting: () => {},
    message: (message) => end(message),
  });
  const resize = () => console.resize(...new tty.WriteStream(screen).getWindowSize());
  process.on("SIGWINCH", resize);
  resize();
  const typed = (/** @type {Uint8Array} */ bytes) => {
    if (bytes.includes(CTRL_BACKSLASH)) process.exit(QUIT);
    if (!bytes.length) return process.exit(QUIT); // the terminal is gone
    console.type(bytes);
    read(CHUNK, typed);
  };
  read(CHUNK, typed);
  return { channel: console.channel, signal: () => console.signal(SIGINT) };
}

/** @param {any} message  of the worker: its last */
function end({ type, status, reason }) {
  if (type !== "exit") return;
  if (reason) fs.writeSync(2, `${reason}\n`);
  process.exit(status);
}

const side = raw ? terminal() : new Pipe();
process.on("SIGINT", () => side.signal());
const worker = new Worker(new URL("python-worker.mjs", import.meta.url), {
  argv: process.argv.slice(2),
  workerData: { channel: side.channel.init, raw, program: process.argv[1] },
});
worker.on("message", (data) => side.channel.receive(data));
worker.on("error", (error) => end({ type: "exit", status: 1, reason: error.stack }));
