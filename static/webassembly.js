// @ts-check
/** Small WebAssembly modules of our own, written in the binary format (WebAssembly Core Specification, 5). */

/** How each begins: magic and version. The smallest module there is. */
export const HEADER = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
/** Types of values. */
export const I32 = 0x7f, I64 = 0x7e, F64 = 0x7c, EXTERNREF = 0x6f, FUNCREF = 0x70;
/** The type of a block without a result. */
export const VOID = 0x40;
/** Kinds of what is imported and exported. */
const FUNCTION = 0, TABLE = 1;
/** The ids of the sections, in their order. */
const TYPES = 1, IMPORTS = 2, FUNCTIONS = 3, GLOBALS = 6, EXPORTS = 7, CODE = 10;

/**
 * @param {object} content
 * @param {number[][]} content.types                     `signature`
 * @param {number[][]} content.imports                   `importedFunction`, `importedTable`
 * @param {number[]} content.functions                   the type of each
 * @param {number[][]} [content.globals]                 `counter`
 * @param {Record<string, number>} content.exports       functions, by their index; the imported ones come first
 * @param {number[][]} content.bodies                    `body`
 * @returns {WebAssembly.Module}
 */
export function assemble({ types, imports, functions, globals = [], exports, bodies }) {
  return new WebAssembly.Module(Uint8Array.from([
    ...HEADER,
    ...section(TYPES, types),
    ...section(IMPORTS, imports),
    ...section(FUNCTIONS, functions.map((type) => [type])),
    ...section(GLOBALS, globals),
    ...section(EXPORTS, Object.entries(exports).map(([name, index]) => [...text(name), FUNCTION, ...unsigned(index)])),
    ...section(CODE, bodies),
  ]));
}

/** @param {WebAssembly.Table} table @param {unknown} call  a function of WebAssembly's @returns {number} its place, a new one */
export function placed(table, call) {
  const place = table.grow(1); // WebKitGTK 2.50 takes no notice of what it is told to fill it with
  table.set(place, call);
  return place;
}

/** @param {number[]} parameters @param {number[]} results */
export const signature = (parameters, results) => [0x60, parameters.length, ...parameters, results.length, ...results];

/** All is imported from `mine`.  @param {string} name @param {number} type */
export const importedFunction = (name, type) => [...text("mine"), ...text(name), FUNCTION, ...unsigned(type)];

/** @param {string} name @param {number} size */
export const importedTable = (name, size) => [...text("mine"), ...text(name), TABLE, FUNCREF, 0, size];

/** A global that changes.  @param {number} value  below 64 */
export const counter = (value) => [I32, 1, 0x41, value, 0x0b];

/** @param {number[]} locals  types of the local variables @param {number[]} instructions */
export function body(locals, instructions) {
  const content = [locals.length, ...locals.flatMap((type) => [1, type]), ...instructions, 0x0b];
  return [...unsigned(content.length), ...content];
}

/** @param {number} value @returns {number[]} */
export function unsigned(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** @param {number} id @param {number[][]} items @returns {number[]} */
function section(id, items) {
  const content = [...unsigned(items.length), ...items.flat()];
  return items.length ? [id, ...unsigned(content.length), ...content] : [];
}

/** @param {string} value */
function text(value) {
  return [value.length, ...new TextEncoder().encode(value)];
}
