// @ts-check
/**
 * Makes the interpreter smaller, for one site: `node slim.mjs PYODIDE OUT LIBRARY…`. The libraries are the compiled parts of the
 * site's packages. What only other libraries could use goes: the C++ runtime's names, functions that nothing calls any more. Tables
 * that few programs use are put into files of their own, and fetched when a function needs one (`static/tables.js`).
 *
 * Such a function begins with
 *
 *      if (variable) if (functions[variable]()) return 0;
 *
 * afterwards. The variable is exported; it is 0 until somebody can fetch the table, and once it is there.
 */
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { PREFIX } from "../tables.js";
import {
  CODE, DATA, DATA_COUNT, ELEMENTS, EXPORTS, FUNCTION, FUNCTIONS, GLOBAL, GLOBALS, IMPORTS, START, TYPES, afterLocals, appended, assembled, bodies,
  data, dataSegment, exportOf, exported, imports, listed, mentioned, numberOf, numbers, sections, sized, types, unsigned, vector,
} from "./wasm-module.mjs";

/**
 * @typedef {object} Table      Part of the module's data, in the build that we ship.
 * @property {string} name
 * @property {number} from      its address
 * @property {number} to
 * @property {string} digest    the beginning of its SHA-256, in hex
 * @property {string[]} [entries]   exported functions that are called before any other that uses it
 * @property {string} [module]  exported: what uses it is in this one's neighbourhood, which ends at the next modules'
 * @property {string} [only]    exported: what uses it goes with this one
 */
/** @type {Table[]} */
const TABLES = [
  // Modules/cjkcodecs: the East Asian encodings, by way of their modules.
  { name: "codecs", from: 800_544, to: 1_390_976, digest: "02832714fd325d24", entries: ["cn", "hk", "iso2022", "jp", "kr", "tw"].map((name) => `PyInit__codecs_${name}`) },
  // Modules/unicodename_db.h: the names of characters; the rest of unicodedata is needed all the time.
  { name: "names", from: 1_574_128, to: 2_020_448, digest: "b17f58591dd7ce1f", module: "PyInit_unicodedata" },
  // musl's iconv(3), which Python does not use.
  { name: "iconv", from: 2_824_342, to: 2_962_525, digest: "76828a8ceca03cad", only: "iconv" },
];
/** Names that are there for libraries alone. */
const FOR_LIBRARIES = /^_Z|^iconv(_open|_close)?$/;
/** What libraries call what they take from the interpreter. */
const THEIR_MODULES = ["env", "GOT.mem", "GOT.func"];
/** A function that is never called; a variable that is 0 at first. */
const UNREACHABLE = Uint8Array.of(0, 0x00, 0x0b), VARIABLE = Uint8Array.of(0x7f, 1, 0x41, 0, 0x0b);
/** Parts of functions' types, in hex. */
const TAKES_NOTHING = "00", GIVES_I32 = "017f";
const VOID = 0x40, LEVEL = 19;
const WASM = "pyodide.asm.wasm", SCRIPT = "pyodide.asm.mjs";
/** Emscripten gives each exported function a place in the table. Who needs one gets it by its name; here that is who has asked already. */
const PLACES = "updateGOT(origExports)", NEEDED_PLACES = "updateGOT(Object.fromEntries(Object.entries(origExports).filter(([name])=>name in GOT)))";

const [, , pyodide, out, ...libraries] = process.argv;
const wasm = fs.readFileSync(path.join(pyodide, WASM)), module = sections(wasm);
/** @param {number} id */
const section = (id) => /** @type {Uint8Array} */ (module.get(id));
const everything = exported(section(EXPORTS)), imported = imports(section(IMPORTS));
/** Imported functions and variables come before the module's own. @param {number} kind */
const before = (kind) => imported.filter((one) => one.kind === kind).length;
const functions = bodies(section(CODE)), contents = functions.map(mentioned), first = before(FUNCTION), inTable = listed(section(ELEMENTS));

/** @param {string} name @returns {number} the exported function */
function functionOf(name) {
  const found = everything.find((one) => one.name === name && one.kind === FUNCTION);
  if (!found) throw new Error(`there is no ${name}`);
  return found.index;
}

/** @returns {typeof everything} what somebody may ask for by its name */
function wanted() {
  const names = libraries.flatMap((file) => imports(/** @type {Uint8Array} */ (sections(fs.readFileSync(file)).get(IMPORTS))));
  const needed = new Set(names.filter((one) => THEIR_MODULES.includes(one.module)).map(({ name }) => name));
  return everything.filter(({ name }) => needed.has(name) || !FOR_LIBRARIES.test(name));
}

/** @param {typeof everything} exports @returns {Set<number>} the functions that something may call */
function called(exports) {
  if (module.has(START)) throw new Error("there is a start function");
  const found = new Set([...inTable, ...exports.filter(({ kind }) => kind === FUNCTION).map(({ index }) => index)]);
  for (const index of found) for (const callee of contents[index - first]?.calls ?? []) found.add(callee);
  return found;
}

/** @param {Table} table @param {Set<number>} alive @returns {number[]} the functions by which others come to use it; 0 is how each says that it has failed */
function entriesOf({ entries = [], module = "", from, to }, alive) {
  if (!module) return entries.map(functionOf);
  const modules = everything.filter(({ name }) => name.startsWith("PyInit_")).map(({ index }) => index).sort((a, b) => a - b);
  const own = modules.indexOf(functionOf(module)), uses = (/** @type {number} */ value) => from <= value && value < to;
  const near = [...alive].filter((index) => index > modules[own - 1] && index < modules[own + 1]);
  const users = new Set(near.filter((index) => contents[index - first].constants.some(uses)));
  // Python's functions are called by way of WebAssembly's table.
  for (const user of users) near.filter((index) => contents[index - first].calls.includes(user)).forEach((caller) => users.add(caller));
  return [...users].filter((index) => inTable.has(index));
}

/** @param {number} index  of a function @param {number} variable */
function fetchesFirst(index, variable) {
  const body = functions[index - first], start = afterLocals(body), signatures = types(section(TYPES));
  if (!signatures[numbers(section(FUNCTIONS))[index - first]].endsWith(GIVES_I32)) throw new Error(`function ${index} gives no number`);
  const get = [0x23, ...unsigned(variable)], call = [...get, 0x11, ...unsigned(signatures.indexOf(TAKES_NOTHING + GIVES_I32)), 0];
  const instructions = [...get, 0x04, VOID, ...call, 0x04, VOID, 0x41, 0, 0x0f, 0x0b, 0x0b];
  functions[index - first] = Buffer.concat([body.subarray(0, start), Uint8Array.from(instructions), body.subarray(start)]);
}

/** @param {{at: number, bytes: Uint8Array}[]} segments @param {Table} table @returns {Uint8Array} its bytes */
function contentOf(segments, { name, from, to, digest }) {
  const content = new Uint8Array(to - from);
  for (const { at, bytes } of segments) {
    const start = Math.max(at, from), end = Math.min(at + bytes.length, to);
    if (start < end) content.set(bytes.subarray(start - at, end - at), start - from);
  }
  const found = crypto.createHash("sha256").update(content).digest("hex");
  if (!found.startsWith(digest)) throw new Error(`the table "${name}" is not where it was: its digest is ${found}`);
  return content;
}

/** @param {{at: number, bytes: Uint8Array}[]} segments @param {Table} table @returns the segments, without its bytes */
function without(segments, { from, to }) {
  return segments.flatMap(({ at, bytes }) => {
    const end = at + bytes.length, left = { at, bytes: bytes.subarray(0, Math.max(0, from - at)) };
    const right = { at: Math.max(at, to), bytes: bytes.subarray(Math.max(0, to - at)) };
    return end <= from || at >= to ? [{ at, bytes }] : [left, right].filter((part) => part.bytes.length);
  });
}

/** @param {Table} table @param {Uint8Array} content */
function write({ name, from }, content) {
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL };
  const head = Uint8Array.from(new Uint8Array(Uint32Array.of(from, content.length).buffer));
  fs.writeFileSync(path.join(out, `${name}.bin`), Buffer.concat([head, zlib.zstdCompressSync(content, { params })]));
}

function writeScript() {
  const script = fs.readFileSync(path.join(pyodide, SCRIPT), "utf8"), parts = script.split(PLACES);
  if (parts.length !== 2) throw new Error(`${SCRIPT} has "${PLACES}" ${parts.length - 1} times, not once`);
  fs.writeFileSync(path.join(out, SCRIPT), parts.join(NEEDED_PLACES));
}

const exports = wanted(), alive = called(exports);
/** @type {{name: string, index: number}[]} */
const variables = [];
let segments = data(section(DATA));
for (const table of TABLES) {
  const content = contentOf(segments, table);
  if (table.only) {
    if (!everything.some(({ name, index }) => name === table.only && alive.has(index))) segments = without(segments, table);
    continue;
  }
  const variable = before(GLOBAL) + numberOf(section(GLOBALS)) + variables.length;
  entriesOf(table, alive).forEach((index) => fetchesFirst(index, variable));
  segments = without(segments, table);
  variables.push({ name: PREFIX + table.name, index: variable });
  write(table, content);
}
module.set(GLOBALS, appended(section(GLOBALS), variables.map(() => VARIABLE)));
module.set(EXPORTS, vector([...exports.map(({ bytes }) => bytes), ...variables.map(({ name, index }) => exportOf(name, GLOBAL, index))]));
module.set(CODE, vector(functions.map((body, index) => sized(alive.has(index + first) ? body : UNREACHABLE))));
if (module.has(DATA_COUNT)) module.set(DATA_COUNT, Uint8Array.from(unsigned(segments.length)));
module.set(DATA, vector(segments.map(dataSegment)));
fs.writeFileSync(path.join(out, WASM), assembled(wasm, module));
writeScript();
