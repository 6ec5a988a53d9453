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
/** The control character that ends even what does not react to Ctrl-C, as in any terminal. */
const CTRL_BACKSLASH = 28;

const raw = "EMRUN_TERMINAL" in process.env && tty.isatty(0);
/** Where the terminal's output goes. */
const screen = [1, 2].find((fd) => tty.isatty(fd)) ?? 0;

/** Python reads a pipe, a file, or a terminal that cooks its lines itself. */
class Pipe {
  channel = new SharedMemoryHost({ write: async () => {}, call: (call, answer) => this.#call(call, answer), message: (message) => end(message) });
  /** What has come and is not read yet. @type {Uint8Array} */ #left = new Uint8Array(0);
  #ended = false;
  /** @type {{max: number, answer: (reply: Reply) => void} | null} */ #waiting = null;
  #listening = false;

  signal() {
    this.#waiting = null;
    this.channel.signal(SIGINT);
  }

  /** @param {TerminalCall} call @param {(reply: Reply) => void} answer */
  #call(call, answer) {
    if (call.call !== "read") return answer({ value: 0 });
    this.#waiting = { max: call.max, answer };
    if (!this.#listening) this.#listen();
    this.#answer();
  }

  /** Only a program that reads its input takes anything of it. */
  #listen() {
    this.#listening = true;
    const ended = () => {
      this.#ended = true;
      this.#answer();
    };
    process.stdin.on("readable", () => this.#answer()).on("end", ended).on("error", ended);
  }

  #answer() {
    if (!this.#waiting) return;
    if (!this.#left.length) this.#left = process.stdin.read() ?? this.#left;
    if (!this.#left.length && !this.#ended) return;
    const { max, answer } = this.#waiting, bytes = this.#left.subarray(0, max);
    this.#left = this.#left.subarray(max);
    this.#waiting = null;
    answer({ bytes });
  }
}

/** The keyboard and the screen of a raw terminal, with the line discipline that pages have. */
function terminal() {
  const console = new Console((events) => new SharedMemoryHost(events), {
    output: (bytes) => {
      for (let done = 0; done < bytes.length;) done += fs.writeSync(screen, bytes, done);
    },
    settled: () => {},
    interrupted: () => {},
    waiting: () => {},
    message: (message) => end(message),
  });
  const resize = () => console.resize(...new tty.WriteStream(screen).getWindowSize());
  process.on("SIGWINCH", resize);
  resize();
  process.stdin.on("data", (bytes) => {
    if (bytes.includes(CTRL_BACKSLASH)) process.exit(QUIT);
    console.type(/** @type {Buffer} */ (bytes));
  });
  process.stdin.on("end", () => process.exit(QUIT)); // the terminal is gone
  return { channel: console.channel, signal: () => console.signal(SIGINT) };
}

/** @param {any} message  of the worker: its last */
function end({ type, status, interrupted, reason }) {
  if (type !== "exit") return;
  if (reason) fs.writeSync(2, `${reason}\n`);
  // Whoever started it sees by this that it was to end, too.
  if (interrupted) process.removeAllListeners("SIGINT").kill(process.pid, "SIGINT");
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
