// @ts-check
/** The interpreter's WebAssembly module, as far as it is changed for a site (`slim.mjs`). */
import { unsigned } from "../webassembly.js";
import {
  CODE, DATA, DATA_COUNT, ELEMENTS, EXPORTS, FUNCTION, FUNCTIONS, GLOBAL, GLOBALS, IMPORTS, Reader, START, TABLES, TYPES, afterLocals, appended, assembled,
  VARIABLE, bodies, data, dataSegment, enlarged, exportOf, exported, importOf, imports, mentioned, numbers, places, renumbered, sections, sized, types,
  variableTypes, vector, walk,
} from "./wasm-module.mjs";

/** @typedef {{at: number, bytes: Uint8Array}} Segment */

const UNREACHABLE = Uint8Array.of(0, 0x00, 0x0b);
/** A number of 32 bits that changes, 0 at first. */
const NEW_VARIABLE = Uint8Array.of(0x7f, 1, 0x41, 0, 0x0b);
const VOID = 0x40;
/** The types of functions, in hex: parameters and results after their number. */
const GIVES_I32 = "017f", ASKS = `00${GIVES_I32}`;

export class InterpreterModule {
  /** All exports there were. */ everything;
  /** Those that stay. */ exports;
  /** How many functions are imported: they come before the module's own. */ first;
  /** The module's own functions, compiled. @type {Uint8Array[]} */ functions;
  /** What each mentions. */ contents;
  /** Where in the table each function is. */ places;
  /** The functions that something may call. @type {Set<number>} */ alive;
  /** @type {Segment[]} */ segments;
  /** The content of each. @type {Map<number, Uint8Array>} */ #sections;
  #imports;
  /** Types of functions. */ #types;
  /** Indices of types, by function. */ #signatures;
  /** Places in the table, added to it. */ #added = 0;
  /** Global variables, added to it. */ #variables = 0;

  /** @param {Uint8Array} wasm @param {(name: string) => boolean} keeps  an export */
  constructor(wasm, keeps) {
    this.#sections = sections(wasm);
    const section = (/** @type {number} */ id) => /** @type {Uint8Array} */ (this.#sections.get(id));
    if (this.#sections.has(START)) throw new Error("there is a start function");
    this.everything = exported(section(EXPORTS));
    this.exports = this.everything.filter(({ name }) => keeps(name));
    this.#imports = imports(section(IMPORTS));
    const imported = this.#imports.filter(({ kind }) => kind === FUNCTION);
    this.first = imported.length;
    this.functions = bodies(section(CODE));
    this.contents = this.functions.map(mentioned);
    this.places = places(section(ELEMENTS));
    this.segments = data(section(DATA));
    this.#types = types(section(TYPES));
    this.#signatures = [...imported.map(({ type }) => new Reader(type).number()), ...numbers(section(FUNCTIONS))];
    this.alive = this.#called();
    this.#dropVariables();
  }

  /** @returns {Set<number>} */
  #called() {
    const found = new Set([...this.places.keys(), ...this.exports.filter(({ kind }) => kind === FUNCTION).map(({ index }) => index)]);
    for (const index of found) for (const callee of this.contents[index - this.first]?.calls ?? []) found.add(callee);
    return found;
  }

  /**
   * Imported variables that nothing reads any more go: in each lies the address of a function of JavaScript, for which Emscripten
   * would make one of WebAssembly's at each start.
   */
  #dropVariables() {
    const read = new Set(), isVariable = (/** @type {{kind: number}} */ { kind }) => kind === GLOBAL;
    const living = [...this.alive].filter((index) => index >= this.first).map((index) => index - this.first);
    for (const at of living) walk(this.functions[at], (kind, value) => kind === VARIABLE && read.add(value));
    const imported = this.#imports.filter(isVariable), stays = imported.map((_, index) => read.has(index));
    const kept = imported.filter((_, index) => stays[index]), gone = imported.length - kept.length;
    const changed = imported.map((_, index) => stays.slice(0, index).filter(Boolean).length);
    const number = (/** @type {number} */ index) => changed[index] ?? index - gone;
    for (const at of living) this.functions[at] = renumbered(this.functions[at], (kind, value) => (kind === VARIABLE ? number(value) : undefined));
    this.exports = this.exports.map((one) => (isVariable(one) ? { ...one, index: number(one.index), bytes: exportOf(one.name, GLOBAL, number(one.index)) } : one));
    this.#imports = this.#imports.filter((one) => !isVariable(one) || kept.includes(one));
    this.#sections.set(IMPORTS, vector(this.#imports.map(importOf)));
  }

  /** @param {string} name @returns {number} the exported function */
  functionOf(name) {
    const found = this.everything.find((one) => one.name === name && one.kind === FUNCTION);
    if (!found) throw new Error(`there is no ${name}`);
    return found.index;
  }

  /** @param {number} index  of a function @returns {number} of its type */
  signatureOf(index) {
    return this.#signatures[index];
  }

  /** @param {number} index  of a function @returns {number} how many parameters it has */
  parametersOf(index) {
    return Number.parseInt(this.#types[this.#signatures[index]].slice(0, 2), 16);
  }

  /** @param {number} index  of a function */
  givesNumber(index) {
    return this.#types[this.#signatures[index]].endsWith(GIVES_I32);
  }

  get typeSection() {
    return /** @type {Uint8Array} */ (this.#sections.get(TYPES));
  }

  /** @param {number} index  of a global variable @returns {Uint8Array} */
  variableType(index) {
    const imported = this.#imports.filter(({ kind }) => kind === GLOBAL);
    return imported[index]?.type ?? variableTypes(/** @type {Uint8Array} */ (this.#sections.get(GLOBALS)))[index - imported.length];
  }

  /** The name of an export, which is made where there is none.  @param {number} kind @param {number} index @returns {string} */
  nameOf(kind, index) {
    const found = this.exports.find((one) => one.kind === kind && one.index === index);
    return found?.name ?? this.#export(`emrun_${kind}_${index}`, kind, index);
  }

  /** @param {string} name @returns {number} a new variable, exported */
  variable(name) {
    const section = /** @type {Uint8Array} */ (this.#sections.get(GLOBALS));
    const index = this.#imports.filter(({ kind }) => kind === GLOBAL).length + variableTypes(section).length + this.#variables++;
    this.#export(name, GLOBAL, index);
    return index;
  }

  /** @returns {number} a new place in the table */
  place() {
    return enlarged(/** @type {Uint8Array} */ (this.#sections.get(TABLES)), 0).size + this.#added++;
  }

  /**
   * The functions of a module of Python's by which others come to use something: those that are called by way of the table.
   * @param {string} init  its exported function; what is its own lies between those of the next modules
   * @param {(index: number) => boolean} uses
   * @returns {number[]}
   */
  entries(init, uses) {
    const modules = this.everything.filter(({ name }) => name.startsWith("PyInit_")).map(({ index }) => index).sort((a, b) => a - b);
    const own = modules.indexOf(this.functionOf(init));
    const near = [...this.alive].filter((index) => index > modules[own - 1] && index < modules[own + 1]), users = new Set(near.filter(uses));
    for (const user of users) near.filter((index) => this.contents[index - this.first].calls.includes(user)).forEach((caller) => users.add(caller));
    return [...users].filter((index) => this.places.has(index));
  }

  /**
   * Instructions: `variable && functions[variable]()`, followed by what is to happen where that is not 0.
   * @param {number} variable @param {number[]} otherwise @returns {number[]}
   */
  asks(variable, otherwise) {
    const get = [0x23, ...unsigned(variable)], call = [...get, 0x11, ...unsigned(this.#types.indexOf(ASKS)), 0];
    return [...get, 0x04, VOID, ...call, 0x04, VOID, ...otherwise, 0x0b, 0x0b];
  }

  /** Have a function that gives a number ask first, and give 0 where that fails.  @param {number} index @param {number} variable */
  guard(index, variable) {
    const body = this.functions[index - this.first], start = afterLocals(body);
    const asks = Uint8Array.from(this.asks(variable, [0x41, 0, 0x0f])); // return 0
    this.functions[index - this.first] = Buffer.concat([body.subarray(0, start), asks, body.subarray(start)]);
  }

  /** @returns {Uint8Array} */
  assembled() {
    const content = new Map(this.#sections), section = (/** @type {number} */ id) => /** @type {Uint8Array} */ (content.get(id));
    const code = this.functions.map((body, index) => sized(this.alive.has(index + this.first) ? body : UNREACHABLE));
    content.set(TABLES, enlarged(section(TABLES), this.#added).section);
    content.set(GLOBALS, appended(section(GLOBALS), Array(this.#variables).fill(NEW_VARIABLE)));
    content.set(EXPORTS, vector(this.exports.map(({ bytes }) => bytes)));
    content.set(CODE, vector(code));
    if (content.has(DATA_COUNT)) content.set(DATA_COUNT, Uint8Array.from(unsigned(this.segments.length)));
    content.set(DATA, vector(this.segments.map(dataSegment)));
    return assembled(content);
  }

  /** @param {string} name @param {number} kind @param {number} index */
  #export(name, kind, index) {
    this.exports.push({ name, kind, index, bytes: exportOf(name, kind, index) });
    return name;
  }
}
