// @ts-check
/**
 * Tables of the interpreter that few programs use: they come when a function needs one (`node/slim.mjs`).
 *
 *      u32 address · u32 length · zstd (RFC 8878)
 */
import { assemble, body, importedFunction, signature, I32 } from "./webassembly.js";

/** What the names begin with under which the module exports its variables, one for each table. */
export const PREFIX = "emrun_table_";
/** Of a bundle. */
export const FOLDER = "tables/";
const HEAD = 8;

/** @param {string} name  of a table @returns {string} the path of its file in a bundle */
const pathOf = (name) => `${FOLDER}${name}.bin`;

export class Tables {
  #exports;
  #fetch;
  /** Where they lie, while they are there: from and to which address. @type {Map<WebAssembly.Global, [number, number]>} */ #there = new Map();
  /** The places of the functions that fetch them, in the module's own table. @type {Map<WebAssembly.Global, number>} */ #places = new Map();

  /**
   * @param {any} exports  of the interpreter's WebAssembly, which has not begun yet
   * @param {(path: string) => Uint8Array} fetch
   */
  constructor(exports, fetch) {
    this.#exports = exports;
    this.#fetch = fetch;
    for (const [name, variable] of Object.entries(exports).filter(([name]) => name.startsWith(PREFIX))) {
      const path = pathOf(name.slice(PREFIX.length)), table = exports.__indirect_function_table, place = table.grow(1);
      table.set(place, callable(() => this.#fill(path, variable)));
      this.#places.set(variable, place);
      variable.value = place;
    }
  }

  /** As it was at the beginning. */
  empty() {
    for (const [variable, [from, to]] of this.#there) {
      this.#bytes().fill(0, from, to);
      variable.value = this.#places.get(variable);
    }
    this.#there.clear();
  }

  /** @param {string} path @param {WebAssembly.Global} variable @returns {number} 0 where it is there now, else there is an exception */
  #fill(path, variable) {
    try {
      const file = this.#fetch(path), { buffer, byteOffset, byteLength } = file;
      const view = new DataView(buffer, byteOffset, byteLength), address = view.getUint32(0, true), length = view.getUint32(4, true);
      const { malloc, free, ZSTD_decompress: decompress } = this.#exports, source = malloc(byteLength - HEAD);
      this.#bytes().set(file.subarray(HEAD), source);
      const count = decompress(address, length, source, byteLength - HEAD);
      free(source);
      if (count !== length) throw new Error(`${path} is damaged`);
      variable.value = 0;
      this.#there.set(variable, [address, address + length]);
      return 0;
    } catch (error) {
      this.#raise(/** @type {Error} */ (error).message);
      return 1;
    }
  }

  /** @param {string} reason  of an OSError: an ImportError would be taken for "unknown encoding" */
  #raise(reason) {
    const { malloc, free, PyErr_SetString: raise, PyExc_OSError: kind } = this.#exports;
    const text = new TextEncoder().encode(`${reason}\0`), address = malloc(text.length);
    this.#bytes().set(text, address);
    raise(new DataView(this.#exports.memory.buffer).getUint32(kind.value, true), address);
    free(address);
  }

  #bytes() {
    return new Uint8Array(this.#exports.memory.buffer);
  }
}

/** @param {() => number} call @returns {unknown} the same for a table of functions */
function callable(call) {
  const { exports } = new WebAssembly.Instance(assemble({
    types: [signature([], [I32])],
    imports: [importedFunction("call", 0)],
    functions: [0],
    exports: { called: 1 },
    bodies: [body([], [0x10, 0])],
  }), { mine: { call } });
  return exports.called;
}
