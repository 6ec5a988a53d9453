// @ts-check
/**
 * Makes the interpreter smaller, for one site: `node slim.mjs PYODIDE OUT`, with JSON on standard input: `libraries`, paths of the
 * compiled parts of the site's packages, and `names`, by which our scripts may ask for exports. What only other libraries could use
 * goes: the C++ runtime's names, functions that nothing calls any more. Tables and functions that few programs use are put into files
 * of their own, and fetched when they are needed (`static/parts.js`).
 */
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { CODE, PREFIX } from "../parts.js";
import { InterpreterModule } from "./interpreter-module.mjs";
import { split } from "./split.mjs";
import { IMPORTS, imports, sections } from "./wasm-module.mjs";

/** @import { Segment } from "./interpreter-module.mjs" */

/**
 * Part of the module's data, in the build that we ship.
 * @typedef {object} Table
 * @property {string} name
 * @property {number} from      its address
 * @property {number} to
 * @property {string} digest    the beginning of its SHA-256, in hex
 * @property {string[]} [entries]   exported functions that are called before any other that uses it
 * @property {string} [module]  exported: the module of Python's that uses it
 * @property {string} [only]    exported: what uses it goes with this function
 *
 * @typedef {object} Code       Functions that lie together, in the build that we ship.
 * @property {string} name
 * @property {string} from      exported: the functions from this one on
 * @property {string} to        up to this one, exclusive
 * @property {string[]} [entries]   exported functions that are called before any of them, besides those of modules among them
 * @property {string} [module]  exported: the module of Python's that calls them
 */
const EAST_ASIAN = ["cn", "hk", "iso2022", "jp", "kr", "tw"];
/** @type {Table[]} */
const TABLES = [
  // Modules/cjkcodecs: the East Asian encodings, by way of their modules.
  { name: "codecs", from: 800_544, to: 1_390_976, digest: "02832714fd325d24", entries: EAST_ASIAN.map((name) => `PyInit__codecs_${name}`) },
  // Modules/unicodename_db.h: the names of characters; the rest of unicodedata is needed all the time.
  { name: "names", from: 1_574_128, to: 2_020_448, digest: "b17f58591dd7ce1f", module: "PyInit_unicodedata" },
  // musl's iconv(3), which Python does not use.
  { name: "iconv", from: 2_824_342, to: 2_962_525, digest: "76828a8ceca03cad", only: "iconv" },
];
/** @type {Code[]} */
const FUNCTIONS = [
  { name: "sqlite", from: "sqlite3_status64", to: "ceil", entries: ["PyInit__sqlite3"] },
  { name: "lzma", from: "lzma_version_number", to: "sqlite3_status64", module: "PyInit__lzma" },
  // Compressing: what inflates is needed at each start.
  { name: "zstd", from: "FSE_buildCTable_wksp", to: "HUF_readDTableX1_wksp", module: "PyInit__zstd" },
  // CPython's own tests, in C.
  { name: "tests", from: "PyInit_xxsubtype", to: "PyInit_atexit" },
];
/** Names that are there for libraries alone: C++, iconv(3), OpenGL's functions by their names, and the console for C. */
const FOR_LIBRARIES = /^_Z|^iconv(_open|_close)?$|^(emscripten)?_webgl.*_proc_address|GetProcAddress$|^emscripten_(console_\w+f|outf|errf)$/;
/** What libraries call what they take from the interpreter. */
const THEIR_MODULES = ["env", "GOT.mem", "GOT.func"];
const LEVEL = 19;
const WASM = "pyodide.asm.wasm", SCRIPT = "pyodide.asm.mjs";
/**
 * What changes in Emscripten's script: there once, and what comes in its place.
 * @type {[there: string, instead: string][]}
 */
const EDITS = [
  // It gives each exported function a place in the table. Who needs one gets it by its name; here that is who has asked already.
  ["updateGOT(origExports)", "updateGOT(Object.fromEntries(Object.entries(origExports).filter(([name])=>name in GOT)))"],
  // It would look whether a new function is in the table, which begins with a list of all that are.
  ["return addFunction(trampolineInstance.exports.trampoline_call)",
    "const place=getEmptyTableSlot();setWasmTableEntry(place,trampolineInstance.exports.trampoline_call);return place"],
  // It would read a file of each package, to tell its own installer, which is not here; a package is fetched with its first file.
  [",API.package_loader.init_loaded_packages()", ""],
  // A library that is compiled already is a front, or its code; `library.js` makes it.
  ["{instance=new WebAssembly.Instance(binary,info)}else{({module", "{instance=flags.instantiate(binary,info)}else{({module"],
  // Engines compile what stands in parentheses with the script, while other files are on their way, and the rest when it is called.
  ["async function _createPyodideModule(", "const _createPyodideModule=(async function("],
  ["return moduleRtn}export default", "return moduleRtn});export default"],
];
/** Where it declares the exports as variables, and gives one its value. */
const DECLARATION = /var (_[\w$]+(?:,[\w$]+){1000,});/, ASSIGNMENT = /([\w$]+)=Module\["\1"\]=wasmExports\["[^"]+"\];/g;

const [, , pyodide, out] = process.argv;
/** @type {{libraries: string[], names: string[]}} */
const { libraries, names } = JSON.parse(fs.readFileSync(0, "utf8"));

/** @returns {Set<string>} what the libraries take from the interpreter */
function taken() {
  const imported = libraries.flatMap((file) => imports(/** @type {Uint8Array} */ (sections(fs.readFileSync(file)).get(IMPORTS))));
  return new Set(imported.filter(({ module }) => THEIR_MODULES.includes(module)).map(({ name }) => name));
}

/** @param {Segment[]} segments @param {Table} table @returns {Uint8Array} its bytes */
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

/** @param {Segment[]} segments @param {Table} table @returns {Segment[]} the same without its bytes */
function without(segments, { from, to }) {
  return segments.flatMap(({ at, bytes }) => {
    const left = { at, bytes: bytes.subarray(0, Math.max(0, from - at)) };
    const right = { at: Math.max(at, to), bytes: bytes.subarray(Math.max(0, to - at)) };
    return at + bytes.length <= from || at >= to ? [{ at, bytes }] : [left, right].filter((part) => part.bytes.length);
  });
}

/** @param {InterpreterModule} module @param {Table} table */
function moveTable(module, table) {
  const { name, from, to, only } = table, content = contentOf(module.segments, table);
  if (only && module.alive.has(module.functionOf(only))) return;
  module.segments = without(module.segments, table);
  if (only) return;
  const variable = module.variable(PREFIX + name);
  const uses = (/** @type {number} */ index) => module.contents[index - module.first].constants.some((value) => from <= value && value < to);
  guard(module, variable, table, uses);
  write(name, from, content);
}

/**
 * Have the functions that come before any use ask for a part; where it cannot be had, they raise.
 * @param {InterpreterModule} module
 * @param {number} variable
 * @param {{entries?: string[], module?: string}} users
 * @param {(index: number) => boolean} uses
 */
function guard(module, variable, { entries = [], module: init = "" }, uses) {
  const users = [...entries.map((entry) => module.functionOf(entry)), ...(init ? module.entries(init, uses) : [])];
  users.filter((index) => module.givesNumber(index)).forEach((index) => module.guard(index, variable));
}

/** @param {InterpreterModule} module @param {Code} part */
function moveFunctions(module, { name, from, to, entries = [], module: init }) {
  const first = module.functionOf(from), end = module.functionOf(to), variable = module.variable(PREFIX + name);
  const moved = [...module.alive].filter((index) => first <= index && index < end).sort((a, b) => a - b), there = new Set(moved);
  write(name, CODE, split(module, moved, variable));
  const inits = module.everything.filter(({ name, index }) => name.startsWith("PyInit_") && there.has(index)).map(({ name }) => name);
  const uses = (/** @type {number} */ index) => module.contents[index - module.first].calls.some((callee) => there.has(callee));
  guard(module, variable, { entries: [...entries, ...inits], module: init }, uses);
}

/** @param {string} name @param {number} address @param {Uint8Array} content */
function write(name, address, content) {
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL };
  const head = new Uint8Array(Uint32Array.of(address, content.length).buffer);
  fs.writeFileSync(path.join(out, `${name}.bin`), Buffer.concat([head, zlib.zstdCompressSync(content, { params })]));
}

/** Emscripten's part of Pyodide, edited, with no more names of exports than somebody uses. */
function writeScript() {
  const original = fs.readFileSync(path.join(pyodide, SCRIPT), "utf8");
  const script = EDITS.reduce((text, [there, instead]) => {
    const parts = text.split(there);
    if (parts.length !== 2) throw new Error(`${SCRIPT} has "${there}" ${parts.length - 1} times, not once`);
    return parts.join(instead);
  }, original);
  const rest = [script.replace(DECLARATION, "").replaceAll(ASSIGNMENT, ""), fs.readFileSync(path.join(pyodide, "pyodide.mjs"), "utf8")];
  const used = new Set([...names, .../** @type {string[]} */ (rest.join("\n").match(/[\w$]+/g))]);
  const declared = (/** @type {string} */ _, /** @type {string} */ list) => `var ${list.split(",").filter((name) => used.has(name))};`;
  const assigned = (/** @type {string} */ assignment, /** @type {string} */ name) => (used.has(name) ? assignment : "");
  if (!DECLARATION.test(script)) throw new Error(`${SCRIPT} declares no exports`);
  fs.writeFileSync(path.join(out, SCRIPT), script.replace(DECLARATION, declared).replaceAll(ASSIGNMENT, assigned));
}

const needed = taken();
const module = new InterpreterModule(fs.readFileSync(path.join(pyodide, WASM)), (name) => needed.has(name) || !FOR_LIBRARIES.test(name));
TABLES.forEach((table) => moveTable(module, table));
FUNCTIONS.forEach((part) => moveFunctions(module, part));
fs.writeFileSync(path.join(out, WASM), module.assembled());
writeScript();
