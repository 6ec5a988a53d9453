// @ts-check
/**
 * System calls that wait while the worker's event loop turns: WebAssembly's stack switching (JSPI).
 *
 * A JavaScript function below WebAssembly cannot be suspended, WebAssembly itself can. So each system call that may have to
 * wait gets a wrapper in WebAssembly:
 *
 *      do { promise = attempt(arguments) } while (promise && (wait for it, suspended; true));  return result()
 *
 * An attempt runs the call as it is. Where that has to wait, its step throws; once what it waits for is there, the call runs
 * again from its beginning, and the steps that it has done before give what they gave then (`Steps`). So nothing is done twice,
 * and nothing is written into memory while the call is suspended: another stack may be there.
 */
import { assemble, body, importedFunction, importedTable, signature, unsigned, EXTERNREF, F64, I32, VOID } from "./webassembly.js";

/** Pyodide's exports that suspend until a promise is settled: for callers without Python's lock, and with it. */
const SYNCIFY = ["syscall_syncify", "JsvPromise_Syncify"];
/** Running Python's look at the signals: it has no steps, it only stands aside. */
export const LOOK = "_Py_CheckEmscriptenSignals_Helper";
/**
 * What may wait: module and name of the import, parameters (all i32), result, and which of SYNCIFY.
 * @type {[module: string, name: string, parameters: number, result: number, syncify: 0 | 1][]}
 */
const CALLS = [
  ["wasi_snapshot_preview1", "fd_read", 4, I32, 0],
  ["wasi_snapshot_preview1", "fd_write", 4, I32, 0],
  ["env", "__syscall_poll", 3, I32, 0],
  ["env", "__syscall_ioctl", 3, I32, 0],
  ["env", "emscripten_get_now", 0, F64, 0],
  ["env", LOOK, 0, I32, 1],
];

/** Thrown by a step that has to wait. */
class Wait {
  /** @param {Promise<void>} promise */
  constructor(promise) {
    this.promise = promise;
  }
}

/** The steps of the system call that runs. */
export class Steps {
  /** What the steps have given. @type {{values: unknown[], at: number} | null} */ #call = null;
  /** The call that is suspended. @type {{values: unknown[], at: number} | null} */ #suspended = null;
  #nested = false;
  #suspendable = () => false;

  /** Can a step wait? Not where JavaScript stands between it and the start of the program. */
  get canWait() {
    return this.#call !== null && !this.#nested && this.#suspendable();
  }

  /**
   * Do something once in a system call, however often that runs. Only where `canWait`.
   * @template T
   * @param {() => T | Promise<T>} action
   * @returns {T}
   */
  do(action) {
    const call = /** @type {{values: unknown[], at: number}} */ (this.#call);
    if (call.at === call.values.length) {
      const value = action();
      if (value instanceof Promise) throw new Wait(value.then((result) => void call.values.push(result)));
      call.values.push(value);
    }
    return /** @type {T} */ (call.values[call.at++]);
  }

  /** @param {() => void} run @returns {Promise<void> | null} to be waited for, before it is run again; null: it is done */
  #attempt(run) {
    const outer = this.#call, nested = this.#nested;
    this.#nested = outer !== null;
    this.#call = (!this.#nested && this.#suspended) || { values: [], at: 0 };
    this.#call.at = 0;
    if (!this.#nested) this.#suspended = null;
    try {
      run();
      return null;
    } catch (error) {
      if (!(error instanceof Wait)) throw error;
      this.#suspended = this.#call;
      return error.promise;
    } finally {
      this.#call = outer;
      this.#nested = nested;
    }
  }

  /**
   * Put the wrappers in the imports' place.
   * @param {any} imports  of the interpreter's WebAssembly
   * @param {() => boolean} suspendable  is the program one that may be suspended?
   * @param {(suspendable: () => boolean) => Promise<void> | null} standAside  before running Python looks for a signal; null: not now
   * @returns {(exports: any) => void} to be told of its exports
   */
  wrap(imports, suspendable, standAside) {
    this.#suspendable = suspendable;
    const table = new WebAssembly.Table({ initial: SYNCIFY.length, element: "anyfunc" });
    /** @type {Record<string, any>} */
    const mine = { table };
    CALLS.forEach(([module, name], at) => {
      const call = imports[module][name];
      let result = 0;
      mine[`attempt${at}`] = (/** @type {number[]} */ ...parameters) => this.#attempt(() => void (result = call(...parameters)));
      mine[`result${at}`] = () => result;
      if (name !== LOOK) return;
      mine[`attempt${at}`] = () => (this.#call ? null : standAside(suspendable));
      mine[`result${at}`] = call;
    });
    const { exports } = new WebAssembly.Instance(wrappers(), { mine });
    CALLS.forEach(([module, name]) => (imports[module][name] = exports[name]));
    return (theirs) => SYNCIFY.forEach((name, at) => table.set(at, theirs[name]));
  }
}

/** @returns {WebAssembly.Module} */
function wrappers() {
  const integers = (/** @type {number} */ count) => Array(count).fill(I32);
  const bodies = CALLS.map(([, , parameters, , syncify], at) => {
    const get = Array.from({ length: parameters }, (_, index) => [0x20, index]).flat();
    const suspend = [0x20, parameters, 0x41, syncify, 0x11, ...unsigned(3 * CALLS.length + syncify), 0, 0x1a];
    const attempt = [...get, 0x10, 2 * at, 0x22, parameters, 0xd1]; // … local.tee, ref.is_null
    return body([EXTERNREF], [0x03, VOID, ...attempt, 0x04, VOID, 0x10, 2 * at + 1, 0x0f, 0x0b, ...suspend, 0x0c, 0, 0x0b, 0x00]);
  });
  return assemble({
    // 3 for each call (attempt, result, the wrapper), then those of SYNCIFY.
    types: [
      ...CALLS.flatMap(([, , parameters, result]) =>
        [signature(integers(parameters), [EXTERNREF]), signature([], [result]), signature(integers(parameters), [result])]),
      ...[I32, EXTERNREF].map((result) => signature([EXTERNREF], [result])),
    ],
    imports: [
      importedTable("table", SYNCIFY.length),
      ...CALLS.flatMap((_, at) => ["attempt", "result"].map((name, kind) => importedFunction(name + at, 3 * at + kind))),
    ],
    functions: CALLS.map((_, at) => 3 * at + 2),
    exports: Object.fromEntries(CALLS.map(([, name], at) => [name, 2 * CALLS.length + at])),
    bodies,
  });
}
