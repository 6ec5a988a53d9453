// @ts-check
/** Pyodide as its documentation says: streams by `setStdin` and `setStdout`, `setInterruptBuffer`, `runPythonAsync`. */
import { EMPTY, FILLED, INTERRUPTED, TAKEN } from "./memory.js";
import { loadPyodide } from "./pyodide/pyodide.mjs";

/** How many bytes may be under way to the screen: what xterm.js' guide to flow control recommends at the most. */
const HIGH_WATER = 500_000;
/** @type {import("./memory.js").Memory} */ let memory;
/** @type {Promise<any>} */ let starting;
let sent = 0;
/** Of the last line, what Python has not taken. */ let left = new Uint8Array(0);

/** @param {Uint8Array} bytes */
function write(bytes) {
  const { control } = memory;
  for (let taken; ((sent - (taken = Atomics.load(control, TAKEN))) | 0) > HIGH_WATER;) Atomics.wait(control, TAKEN, taken);
  const copy = bytes.slice();
  sent = (sent + copy.length) | 0;
  postMessage({ type: "write", bytes: copy }, [copy.buffer]);
  return bytes.length;
}

/** @param {any} pyodide @param {Uint8Array} buffer */
function read(pyodide, buffer) {
  if (!left.length) {
    Atomics.store(memory.control, FILLED, EMPTY);
    postMessage({ type: "read" });
    Atomics.wait(memory.control, FILLED, EMPTY);
    const filled = Atomics.load(memory.control, FILLED);
    // Python looks for a signal, and reads again.
    if (filled === INTERRUPTED) throw new pyodide.FS.ErrnoError(pyodide.ERRNO_CODES.EINTR);
    left = memory.line.slice(0, filled);
  }
  const part = left.subarray(0, buffer.length);
  buffer.set(part);
  left = left.subarray(part.length);
  return part.length;
}

async function start() {
  const pyodide = await loadPyodide();
  pyodide.setInterruptBuffer(memory.interrupt);
  pyodide.setStdin({ read: (/** @type {Uint8Array} */ buffer) => read(pyodide, buffer), isatty: true });
  pyodide.setStdout({ write, isatty: true });
  pyodide.setStderr({ write, isatty: true });
  return pyodide;
}

/** @param {string} source */
async function run(source) {
  const pyodide = await starting;
  try {
    await pyodide.runPythonAsync(source);
    postMessage({ type: "finished", outcome: "done", message: "" });
  } catch (error) {
    const { type, message } = /** @type {any} */ (error);
    postMessage({ type: "finished", outcome: type === "KeyboardInterrupt" ? "stopped" : "error", message: String(message) });
  }
}

addEventListener("message", ({ data }) => {
  if ("memory" in data) {
    memory = data.memory;
    starting = start();
  } else {
    void run(data.source);
  }
});
