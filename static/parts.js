// @ts-check
/**
 * Parts of the interpreter that few programs use, tables and functions: they come when one of them is needed (`node/slim.mjs`).
 *
 *      u32 address, or 0 for functions · u32 length · zstd (RFC 8878): bytes of memory, or a WebAssembly module
 */
import { assemble, body, importedFunction, signature, I32 } from "./webassembly.js";

/** What the names begin with under which the module exports its variables, one for each part: 0 where there is nothing to fetch. */
export const PREFIX = "emrun_part_";
/** In the place of an address. */
export const CODE = 0;
/** What modules of functions import is exported by the interpreter's; they call it so. */
export const FIRST = "first";
/** Of a bundle. */
export const FOLDER = "parts/";
const HEAD = 8;

/** @param {string} name  of a part @returns {string} the path of its file in a bundle */
const pathOf = (name) => `${FOLDER}${name}.bin`;

export class Parts {
  #exports;
  #fetch;
  /** Where the tables lie that are there: from and to which address. @type {Map<WebAssembly.Global, [number, number]>} */ #there = new Map();
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
      table.set(place, callable(() => this.#bring(path, variable)));
      this.#places.set(variable, place);
      variable.value = place;
    }
  }

  /** The memory is to be as it was without them. */
  empty() {
    for (const [variable, [from, to]] of this.#there) {
      this.#bytes().fill(0, from, to);
      variable.value = this.#places.get(variable);
    }
    this.#there.clear();
  }

  /** @param {string} path @param {WebAssembly.Global} variable @returns {number} 0 where it is there now, else there is an exception */
  #bring(path, variable) {
    try {
      const file = this.#fetch(path), view = new DataView(file.buffer, file.byteOffset, HEAD);
      const address = view.getUint32(0, true), length = view.getUint32(4, true), content = file.subarray(HEAD);
      if (address === CODE) this.#addFunctions(content, length);
      else {
        this.#inflate(content, address, length);
        this.#there.set(variable, [address, address + length]);
      }
      variable.value = 0;
      return 0;
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      console.error(`A part of Python is missing: ${message}`);
      this.#raise(message);
      return 1;
    }
  }

  /** @param {Uint8Array} content @param {number} length */
  #addFunctions(content, length) {
    const { malloc, free } = this.#exports, address = malloc(length);
    this.#inflate(content, address, length);
    const code = this.#bytes().slice(address, address + length);
    free(address);
    // It puts its functions into the table.
    new WebAssembly.Instance(new WebAssembly.Module(code), { [FIRST]: this.#exports });
  }

  /** @param {Uint8Array} content @param {number} address @param {number} length */
  #inflate(content, address, length) {
    const { malloc, free, ZSTD_decompress: decompress } = this.#exports, source = malloc(content.length);
    this.#bytes().set(content, source);
    const count = decompress(address, length, source, content.length);
    free(source);
    if (count !== length) throw new Error("a part of the interpreter is damaged");
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
