// @ts-check
/**
 * The front of a library: what is loaded in its place where its memory comes from a snapshot. It looks the same from outside, and has
 * no code: each of its functions has the library brought, which puts its own into the table, and calls the one in its place.
 *
 *      bring(address, size);  return functions[place](parameters);
 */
import { BRING, FRONT } from "../library.js";
import { unsigned } from "../webassembly.js";
import {
  CODE, CUSTOM, ELEMENTS, EXPORTS, FUNCTION, FUNCTIONS, GLOBAL, GLOBALS, IMPORTS, Reader, TYPES, appended, assembled, exportOf, exported, importOf,
  imports, numbers, sections, signed, sized, types, variableTypes, vector,
} from "./wasm-module.mjs";

/** @import { Import } from "./wasm-module.mjs" */

/** What sets up the library's memory: a snapshot has it as it was after that. */
const SETTING_UP = ["__wasm_call_ctors", "__wasm_apply_data_relocs"];
/** The subsection for the size of the memory (WebAssembly tool conventions, DynamicLinking.md). */
const MEMORY_INFO = 1;
/** The types of `bring`, and of a function that does nothing: parameters and results after their number, in hex. */
const TWO_NUMBERS = "027f7f00", NOTHING = "0000";
/** The first of the types of numbers. */
const NUMBERS = 0x7c;
const LOCAL = 0x20, VARIABLE = 0x23, NUMBER = 0x41, ADD = 0x6a, CALL = 0x10, CALL_PLACE = 0x11, END = 0x0b;

/**
 * @param {Uint8Array} library  a WebAssembly module for dynamic linking
 * @returns {Uint8Array}
 * @throws where it has something that no library has had so far
 */
export function frontOf(library) {
  const content = sections(library), section = (/** @type {number} */ id) => content.get(id) ?? Uint8Array.of(0);
  const all = imports(section(IMPORTS)), taken = all.filter(({ kind }) => kind === FUNCTION), others = all.filter(({ kind }) => kind !== FUNCTION);
  const signatures = [...taken.map(({ type }) => new Reader(type).number()), ...numbers(section(FUNCTIONS))];
  const memory = [VARIABLE, ...unsigned(variable(others, "__memory_base"))], table = [VARIABLE, ...unsigned(variable(others, "__table_base"))];
  const listed = content.has(ELEMENTS) ? elements(section(ELEMENTS), table) : [];
  const references = variableTypes(section(GLOBALS)).some(([type]) => type < NUMBERS);
  if (references || listed.some((index) => index < taken.length)) throw new Error("a library of a kind that was not there before");

  const ids = types(section(TYPES)), two = ids.length, nothing = two + 1;
  const added = [TWO_NUMBERS, NOTHING].map((type) => Buffer.from(`60${type}`, "hex"));
  const exports = exported(section(EXPORTS)), isCode = (/** @type {{kind: number, name: string}} */ { kind, name }) => kind === FUNCTION && !SETTING_UP.includes(name);
  // Those that are not in the table are called by their names.
  const places = [...new Set(listed)], named = exports.filter((one) => isCode(one) && !listed.includes(one.index));
  const bring = [...memory, NUMBER, ...signed(memorySize(content)), CALL, 0];
  /** @param {number} index */
  const parameters = (index) => Array.from({ length: Number.parseInt(ids[signatures[index]].slice(0, 2), 16) }, (_, at) => [LOCAL, ...unsigned(at)]).flat();
  /** @param {number} index @param {number[]} call */
  const stub = (index, call) => ({ type: signatures[index], code: [...bring, ...parameters(index), ...call] });
  const own = [
    ...places.map((index) => stub(index, [NUMBER, ...signed(listed.indexOf(index)), ...table, ADD, CALL_PLACE, ...unsigned(signatures[index]), 0])),
    ...named.map(({ index }, at) => stub(index, [CALL, ...unsigned(1 + at)])),
    { type: nothing, code: [] },
  ];
  const numbered = new Map([...places, ...named.map(({ index }) => index)].map((index, at) => [index, 1 + named.length + at]));
  const number = (/** @type {number} */ index) => numbered.get(index) ?? named.length + own.length;
  const brought = [{ name: BRING, type: two }, ...named.map(({ name, index }) => ({ name, type: signatures[index] }))];
  const importing = brought.map(({ name, type }) => ({ module: FRONT, name, kind: FUNCTION, type: Uint8Array.from(unsigned(type)) }));
  const parts = new Map([
    [CUSTOM, section(CUSTOM)],
    [TYPES, appended(section(TYPES), added)],
    [IMPORTS, vector([...others, ...importing].map(importOf))],
    [FUNCTIONS, vector(own.map(({ type }) => Uint8Array.from(unsigned(type))))],
    [GLOBALS, section(GLOBALS)],
    [EXPORTS, vector(exports.map(({ name, kind, index, bytes }) => (kind === FUNCTION ? exportOf(name, kind, number(index)) : bytes)))],
    [ELEMENTS, vector([Buffer.concat([Uint8Array.from([0, ...table, END]), vector(listed.map((index) => Uint8Array.from(unsigned(number(index)))))])])],
    [CODE, vector(own.map(({ code }) => sized(Uint8Array.from([0, ...code, END]))))],
  ]);
  for (const id of [GLOBALS, ELEMENTS]) if (!content.has(id)) parts.delete(id);
  return assembled(parts);
}

/** @param {Import[]} imported  all but functions @param {string} name @returns {number} the index of a global variable */
function variable(imported, name) {
  const found = imported.filter(({ kind }) => kind === GLOBAL).findIndex((one) => one.name === name);
  if (found < 0) throw new Error(`a library without ${name}`);
  return found;
}

/** @param {Uint8Array} section @param {number[]} start  where they go, as an instruction @returns {number[]} the functions in the table, in order */
function elements(section, start) {
  const reader = new Reader(section), expected = Buffer.from([1, 0, ...start, END]);
  if (!expected.equals(reader.take(expected.length))) throw new Error("elements of a kind that was not there before");
  return Array.from({ length: reader.number() }, () => reader.number());
}

/** @param {Map<number, Uint8Array>} content  of a library @returns {number} in bytes */
function memorySize(content) {
  const reader = new Reader(/** @type {Uint8Array} */ (content.get(CUSTOM)));
  reader.text();
  if (reader.byte() !== MEMORY_INFO) throw new Error("dynamic linking of a kind that was not there before");
  reader.skip(); // how long that is
  return reader.number();
}
