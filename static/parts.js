// @ts-check
/**
 * Parts of the interpreter that few programs use, tables and functions: they come when one of them is needed (`node/slim.mjs`).
 *
 *      u32 address, or 0 for functions · u32 length · zstd (RFC 8878): bytes of memory, or a WebAssembly module
 */
import { assemble, body, importedFunction, placed, signature, I32 } from "./webassembly.js";

/** What the names begin with under which the module exports its variables, one for each part: 0 where there is nothing to fetch. */
export const PREFIX = "emrun_part_";
/** In the place of an address. */
export const CODE = 0;
/** What modules of functions import is exported by the interpreter's; they call it so. */
export const FIRST = "first";
/** Of a bundle. */
export const FOLDER = "parts/";
const HEAD = 8;

/**
 * From now on they can be fetched.
 * @param {any} exports  of the interpreter's WebAssembly, which has not begun yet
 * @param {(path: string) => Uint8Array} fetch  a file of the bundle
 */
export function offerParts(exports, fetch) {
  const { __indirect_function_table: table } = exports, module = calling();
  for (const name of Object.keys(exports).filter((name) => name.startsWith(PREFIX))) {
    const variable = exports[name], path = `${FOLDER}${name.slice(PREFIX.length)}.bin`;
    const call = () => {
      try {
        bring(exports, fetch(path));
        variable.value = 0;
        return 0;
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        console.error(`A part of Python is missing: ${message}`);
        raise(exports, message);
        return 1;
      }
    };
    const { called } = new WebAssembly.Instance(module, { mine: { call } }).exports;
    variable.value = placed(table, called);
  }
}

/** @param {any} exports @param {Uint8Array} file */
function bring(exports, file) {
  const view = new DataView(file.buffer, file.byteOffset, HEAD), address = view.getUint32(0, true), length = view.getUint32(4, true);
  const content = file.subarray(HEAD);
  if (address !== CODE) return inflate(exports, content, address, length);
  const place = allocate(exports, length);
  inflate(exports, content, place, length);
  const code = bytes(exports).slice(place, place + length);
  exports.free(place);
  // It puts its functions into the table.
  new WebAssembly.Instance(new WebAssembly.Module(code), { [FIRST]: exports });
}

/** @param {any} exports @param {Uint8Array} content @param {number} address  where it goes @param {number} length  inflated */
function inflate(exports, content, address, length) {
  const source = allocate(exports, content.length);
  bytes(exports).set(content, source);
  const count = exports.ZSTD_decompress(address, length, source, content.length);
  exports.free(source);
  if (count !== length) throw new Error("a part of the interpreter is damaged");
}

/** @param {any} exports @param {string} reason  of an OSError: an ImportError would be taken for "unknown encoding" */
function raise(exports, reason) {
  const text = new TextEncoder().encode(`${reason}\0`), address = allocate(exports, text.length);
  bytes(exports).set(text, address);
  exports.PyErr_SetString(new DataView(exports.memory.buffer).getUint32(exports.PyExc_OSError.value, true), address);
  exports.free(address);
}

/** @param {any} exports @param {number} length @returns {number} */
function allocate(exports, length) {
  const address = exports.malloc(length) >>> 0;
  if (!address) throw new Error("there is not enough memory");
  return address;
}

/** @param {any} exports */
const bytes = (exports) => new Uint8Array(exports.memory.buffer);

/** @returns {WebAssembly.Module} which makes a function of JavaScript one for a table */
function calling() {
  return assemble({
    types: [signature([], [I32])],
    imports: [importedFunction("call", 0)],
    functions: [0],
    exports: { called: 1 },
    bodies: [body([], [0x10, 0])],
  });
}
