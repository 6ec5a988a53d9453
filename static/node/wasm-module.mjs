// @ts-check
/** A WebAssembly module taken apart, and put together again (WebAssembly Core Specification, 5). */
import { HEADER, unsigned } from "../webassembly.js";

/** The ids of the sections. */
export const CUSTOM = 0, TYPES = 1, IMPORTS = 2, FUNCTIONS = 3, TABLES = 4, GLOBALS = 6, EXPORTS = 7, START = 8, ELEMENTS = 9, CODE = 10, DATA = 11, DATA_COUNT = 12;

/** Kinds of what is imported and exported. */
export const FUNCTION = 0, TABLE = 1, MEMORY = 2, GLOBAL = 3;
const END = 0x0b, I32_CONST = 0x41, A_FUNCTION = 0x60;
/** The flag of limits that have a maximum, and of an access that names its memory. */
const HAS_MAXIMUM = 1, NAMES_MEMORY = 0x40;
const FUNCREF = 0x70;

/** Reads what comes next in some bytes. */
export class Reader {
  at = 0;
  bytes;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }

  get done() {
    return this.at >= this.bytes.length;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned number in LEB128. */
  number() {
    let value = 0, byte;
    for (let factor = 1; ; factor *= 128) {
      byte = this.bytes[this.at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** A signed number in LEB128, as the unsigned one of the same 32 bits. */
  address() {
    let value = 0, shift = 0, byte;
    do {
      byte = this.bytes[this.at++];
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    return (shift < 32 && byte & 0x40 ? value | (-1 << shift) : value) >>> 0;
  }

  /** Numbers that are of no interest.  @param {number} count */
  skip(count = 1) {
    for (; count > 0; count--) while (this.bytes[this.at++] >= 0x80);
  }

  /** @param {number} length */
  take(length) {
    return this.bytes.subarray(this.at, (this.at += length));
  }

  /** Bytes after their number. */
  vector() {
    return this.take(this.number());
  }

  text() {
    return new TextDecoder().decode(this.vector());
  }

  limits() {
    const flags = this.byte();
    this.skip(flags & HAS_MAXIMUM ? 2 : 1);
  }
}

/** @param {Uint8Array[]} items @returns {Uint8Array} their number, and they */
export const vector = (items) => Buffer.concat([Uint8Array.from(unsigned(items.length)), ...items]);

/** @param {Uint8Array} bytes @returns {Uint8Array} */
export const sized = (bytes) => Buffer.concat([Uint8Array.from(unsigned(bytes.length)), bytes]);

/**
 * @param {Uint8Array} wasm
 * @returns {Map<number, Uint8Array>} the content of each section, in order; of custom ones only the first, for dynamic linking, counts
 */
export function sections(wasm) {
  const reader = new Reader(wasm), found = new Map();
  reader.at = HEADER.length;
  while (!reader.done) {
    const id = reader.byte(), content = reader.vector();
    if (!found.has(id)) found.set(id, content);
  }
  return found;
}

/** @param {Map<number, Uint8Array>} content  of each section, in order @returns {Uint8Array} */
export function assembled(content) {
  const first = content.has(CUSTOM) ? [CUSTOM] : [], others = [...content.keys()].filter((id) => id !== CUSTOM);
  const parts = [...first, ...others].flatMap((id) => [Uint8Array.of(id), sized(/** @type {Uint8Array} */ (content.get(id)))]);
  return Buffer.concat([HEADER, ...parts]);
}

/**
 * @typedef {object} Import
 * @property {string} module
 * @property {string} name
 * @property {number} kind
 * @property {Uint8Array} type   of a function: its type's index; of a global variable: type and whether it changes
 *
 * @param {Uint8Array} section  that of the imports
 * @returns {Import[]}
 */
export function imports(section) {
  const reader = new Reader(section);
  return Array.from({ length: reader.number() }, () => {
    const module = reader.text(), name = reader.text(), kind = reader.byte(), start = reader.at;
    switch (kind) {
      case FUNCTION: reader.skip(); break;
      case TABLE: reader.byte(); reader.limits(); break;
      case MEMORY: reader.limits(); break;
      case GLOBAL: reader.take(2); break;
      default: reader.byte(); reader.skip(); // a tag
    }
    return { module, name, kind, type: section.subarray(start, reader.at) };
  });
}

/** @param {Import} item @returns {Uint8Array} an item of the imports */
export function importOf({ module, name, kind, type }) {
  return Buffer.concat([...[module, name].map((text) => sized(new TextEncoder().encode(text))), Uint8Array.of(kind), type]);
}

/** What an import says of a memory or a table of functions, whatever its size. */
export const ANY_MEMORY = Uint8Array.of(0, 0), ANY_TABLE = Uint8Array.of(FUNCREF, 0, 0);

/**
 * @param {Uint8Array} section  that of the tables, the first of which holds functions
 * @param {number} more
 * @returns {{section: Uint8Array, size: number}} the same with room for some more; and the size before
 */
export function enlarged(section, more) {
  const reader = new Reader(section), count = reader.byte();
  if (reader.byte() !== FUNCREF || reader.byte() !== 0) throw new Error("the table is of a kind that was not there before");
  const size = reader.number();
  return { section: Buffer.concat([Uint8Array.from([count, FUNCREF, 0, ...unsigned(size + more)]), section.subarray(reader.at)]), size };
}

/** @param {Uint8Array} section  that of the global variables @returns {Uint8Array[]} type and whether it changes, of each */
export function variableTypes(section) {
  const reader = new Reader(section);
  return Array.from({ length: reader.number() }, () => {
    const type = reader.take(2), operation = reader.byte();
    // Constants of 32 or 64 bits; others have not been there so far.
    if (operation === 0x43 || operation === 0x44) reader.take(operation === 0x43 ? 4 : 8);
    else reader.skip();
    if (reader.byte() !== END) throw new Error("a global variable of a kind that was not there before");
    return type;
  });
}

/** @param {Uint8Array} section  that of the exports @returns {{name: string, kind: number, index: number, bytes: Uint8Array}[]} */
export function exported(section) {
  const reader = new Reader(section);
  return Array.from({ length: reader.number() }, () => {
    const start = reader.at;
    return { name: reader.text(), kind: reader.byte(), index: reader.number(), bytes: section.subarray(start, reader.at) };
  });
}

/** @param {string} name @param {number} kind @param {number} index @returns {Uint8Array} an item of the exports */
export function exportOf(name, kind, index) {
  return Buffer.concat([sized(new TextEncoder().encode(name)), Uint8Array.from([kind, ...unsigned(index)])]);
}

/** @param {Uint8Array} section @returns {number} how many items it has */
export const numberOf = (section) => new Reader(section).number();

/** @param {Uint8Array} section @param {Uint8Array[]} items @returns {Uint8Array} the same with some more */
export function appended(section, items) {
  const reader = new Reader(section), count = reader.number();
  return Buffer.concat([Uint8Array.from(unsigned(count + items.length)), section.subarray(reader.at), ...items]);
}

/**
 * @param {Uint8Array} section  that of the types, which are all functions'
 * @returns {string[]} parameters and results, each after their number, in hex
 */
export function types(section) {
  const reader = new Reader(section);
  return Array.from({ length: reader.number() }, () => {
    if (reader.byte() !== A_FUNCTION) throw new Error("a type of a kind that was not there before");
    const start = reader.at;
    reader.vector();
    reader.vector();
    return Buffer.from(section.subarray(start, reader.at)).toString("hex");
  });
}

/** @param {Uint8Array} section  numbers, such as the functions' types @returns {number[]} */
export function numbers(section) {
  const reader = new Reader(section);
  return Array.from({ length: reader.number() }, () => reader.number());
}

/** @param {Uint8Array} section  that of the code @returns {Uint8Array[]} the functions' bodies */
export function bodies(section) {
  const reader = new Reader(section);
  return Array.from({ length: reader.number() }, () => reader.vector());
}

/** @param {Uint8Array} section  that of the elements @returns {Map<number, number[]>} where in the table each function is */
export function places(section) {
  const reader = new Reader(section), found = new Map();
  for (let segments = reader.number(); segments > 0; segments--) {
    let at = offset(reader);
    for (let count = reader.number(); count > 0; count--, at++) {
      const index = reader.number();
      found.set(index, [...(found.get(index) ?? []), at]);
    }
  }
  return found;
}

/** @param {number} at @param {number} index @returns {Uint8Array} a segment of the elements: one function's place */
export const place = (at, index) => Uint8Array.from([0, I32_CONST, ...signed(at), END, 1, ...unsigned(index)]);

/** @param {Uint8Array} section  that of the data @returns {{at: number, bytes: Uint8Array}[]} */
export function data(section) {
  const reader = new Reader(section);
  return Array.from({ length: reader.number() }, () => ({ at: offset(reader), bytes: reader.vector() }));
}

/** @param {{at: number, bytes: Uint8Array}} segment @returns {Uint8Array} */
export const dataSegment = ({ at, bytes }) => Buffer.concat([Uint8Array.from([0, I32_CONST, ...signed(at), END]), sized(bytes)]);

/** Where an active segment of the first table or memory begins.  @param {Reader} reader */
function offset(reader) {
  const flags = reader.number(), operation = reader.byte();
  if (flags !== 0 || operation !== I32_CONST) throw new Error("a segment of a kind that was not there before");
  const at = reader.address();
  reader.byte(); // the end
  return at;
}

/** @param {number} value  not negative @returns {number[]} as a signed number in LEB128 */
export function signed(value) {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}

/** Where a body's instructions begin.  @param {Uint8Array} body */
export function afterLocals(body) {
  const reader = new Reader(body);
  for (let groups = reader.number(); groups > 0; groups--) {
    reader.skip();
    reader.byte();
  }
  return reader.at;
}

/** What a function's instructions name. */
export const CALLEE = 1, CONSTANT = 2, VARIABLE = 3, TAG = 4;

/**
 * @param {Uint8Array} body
 * @param {(kind: number, value: number, from: number, to: number) => void} visit  for each function, variable and tag that is named, by its
 *        index, and each constant that may be an address: where in the body it is written
 * @throws where there is an instruction that no compiler has put there so far
 */
export function walk(body, visit) {
  const reader = new Reader(body);
  reader.at = afterLocals(body);
  const named = (/** @type {number} */ kind) => {
    const from = reader.at, value = reader.number();
    visit(kind, value, from, reader.at);
  };
  while (!reader.done) {
    const operation = reader.byte(), from = reader.at;
    switch (operation) {
      case 0x10: case 0x12: case 0xd2: named(CALLEE); break; // call, return_call, ref.func
      case 0x41: visit(CONSTANT, reader.address(), from, reader.at); break;
      case 0x23: case 0x24: named(VARIABLE); break; // global.get, global.set
      case 0x07: case 0x08: named(TAG); break; // catch, throw
      case 0x02: case 0x03: case 0x04: case 0x06: // block, loop, if, try: a type
      case 0x09: case 0x18: // rethrow, delegate
      case 0x0c: case 0x0d: // br, br_if
      case 0x42: case 0xd0: reader.skip(); break; // i64.const, ref.null
      case 0x11: case 0x13: reader.skip(2); break; // call_indirect, return_call_indirect
      case 0x0e: reader.skip(reader.number() + 1); break; // br_table
      case 0x1c: reader.take(reader.number()); break; // select of types
      case 0x3f: case 0x40: reader.byte(); break; // memory.size, memory.grow
      case 0x43: reader.take(4); break;
      case 0x44: reader.take(8); break;
      case 0xfc: bulk(reader); break;
      default:
        if (operation >= 0x20 && operation <= 0x26) reader.skip(); // local variables, tables
        else if (operation >= 0x28 && operation <= 0x3e) {
          if (reader.number() & NAMES_MEMORY) reader.skip();
          named(CONSTANT);
        } else if (!plain(operation)) throw new Error(`an instruction that was not there before: 0x${operation.toString(16)}`);
    }
  }
}

/**
 * @param {Uint8Array} body
 * @param {(kind: number, value: number) => number | undefined} number  the new one, where it changes
 * @returns {Uint8Array}
 */
export function renumbered(body, number) {
  const parts = /** @type {Uint8Array[]} */ ([]);
  let done = 0;
  walk(body, (kind, value, from, to) => {
    const changed = number(kind, value);
    if (changed === undefined) return;
    parts.push(body.subarray(done, from), Uint8Array.from(unsigned(changed)));
    done = to;
  });
  return Buffer.concat([...parts, body.subarray(done)]);
}

/** @param {Uint8Array} body @returns {{calls: number[], constants: number[]}} what a function calls, and what may be addresses in it */
export function mentioned(body) {
  const calls = /** @type {number[]} */ ([]), constants = /** @type {number[]} */ ([]);
  walk(body, (kind, value) => {
    if (kind === CALLEE) calls.push(value);
    if (kind === CONSTANT) constants.push(value);
  });
  return { calls, constants };
}

/** Conversions without traps, and what works on whole pieces of memory or of a table.  @param {Reader} reader */
function bulk(reader) {
  const operation = reader.number();
  if (operation < 8) return;
  reader.skip([8, 10, 12, 14].includes(operation) ? 2 : 1);
}

/** Has it no operands in the code?  @param {number} operation */
function plain(operation) {
  return operation <= 0x01 || [0x05, END, 0x0f, 0x19, 0x1a, 0x1b, 0xd1].includes(operation) || (operation >= 0x45 && operation <= 0xc4);
}
