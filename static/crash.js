// @ts-check
/**
 * What ended the interpreter, in words: WebAssembly has no operating system that would say it (PEP 776). Python's own frames are
 * on the terminal by then: `dumpFrames` and Pyodide print them.
 */

/** Each engine has its own words for the same trap: V8, SpiderMonkey, JavaScriptCore. @type {[RegExp, string][]} */
const TRAPS = [
  [/call stack size|too much recursion/i, "calls were nested too deeply for the browser's stack"],
  [/signature|indirect call|call_indirect|null function|table index|Table.get/i, "C code called a function that is not there"],
  [/out of memory|allocation failed|could not allocate/i, "there was no memory left"],
  [/memory access|index out of bounds|out of bounds memory/i, "C code used memory that is not its own"],
  [/unreachable/i, "it was aborted"],
];
/** Exit statuses above this name the signal that ended a process. */
const SIGNALLED = 128;
const SIGABRT = 6, SIGSEGV = 11;

/**
 * @typedef {object} Crash
 * @property {string} reason  a sentence without its full stop
 * @property {number} status  the exit status that a process would have
 * @property {boolean} exit   the program wished it so
 */

/** @param {unknown} error  what came out of WebAssembly, or Pyodide's PythonError @returns {Crash} */
export function describeCrash(error) {
  const { name = "", message = String(error), type, status } =
    /** @type {{name?: string, message?: string, type?: string, status?: number}} */ (error ?? {});
  // Too little for Python to show its own exception.
  if (type === "MemoryError") return { reason: "The interpreter has no memory left", status: 1, exit: false };
  if (status !== undefined && /^Exit/.test(name)) {
    const signal = status > SIGNALLED ? ` (signal ${status - SIGNALLED})` : "";
    return { reason: `The program ended the interpreter, with exit status ${status}${signal}`, status, exit: true };
  }
  const words = TRAPS.find(([pattern]) => pattern.test(message))?.[1];
  const reason = `The interpreter crashed: ${words ? `${words} (${message})` : message}`;
  return { reason, status: SIGNALLED + (/unreachable/i.test(message) ? SIGABRT : SIGSEGV), exit: false };
}

/**
 * What JavaScript no longer needs of Python's objects, Pyodide lets go of in Python some time later: not once that is dead, and
 * not while it is suspended, when it has given its lock away. To be called before Pyodide is loaded.
 * @returns {{attend: (module: any) => void, died: () => void}} `attend`: Emscripten's module is there
 */
export function watchFinalizers() {
  let dead = false, locked = () => true;
  /** @type {(() => void)[]} */
  const waiting = [];
  globalThis.FinalizationRegistry = class extends FinalizationRegistry {
    /** @param {(held: any) => void} cleanup */
    constructor(cleanup) {
      super((held) => {
        waiting.push(() => cleanup(held));
        while (waiting.length && !dead && locked()) waiting.shift()?.();
      });
    }
  };
  return {
    attend: ({ _PyGILState_Check: check }) => void (locked = () => check() === 1),
    died: () => void (dead = true),
  };
}

/**
 * Print Python's frames, as far as the memory still tells them.
 * @param {any} module  Emscripten's, dead
 */
export function dumpFrames(module) {
  const { streams } = module.FS;
  try {
    streams[1] = streams[2]; // where it is printed, and where it belongs
    module._dump_traceback();
  } catch {
    // What is left of its memory makes no sense.
  }
}
