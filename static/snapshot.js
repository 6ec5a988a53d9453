// @ts-check
/**
 * The interpreter's memory as a file: captured once, when the site is built, and put back at every start. Pyodide can do this, but
 * keeps it private; this is the only place that knows how, and `tests/interpreter/snapshot.test.mjs` holds it to one version.
 *
 *      u32 magic · u32 length of the head · head: JSON · frames: zstd (RFC 8878)
 *
 * The frames hold the memory without the unused part of the stack, XOR what the WebAssembly module itself puts there: where
 * nothing has changed that leaves zeros. The interpreter's own zstd inflates them; browsers offer nothing better than gzip, which
 * takes a third more. It inflates all but the first where they belong: the first holds the memory that it works with itself.
 */

import { instantiateFront } from "./library.js";
import { stepBegins } from "./steps.js";

/** The version of Pyodide that this was written for. */
export const PYODIDE = "314.0.7";
const MAGIC = 0x534d5245; // "ERMS"
const PREFIX = 8;
/** How much memory a frame holds at most, in bytes: frames are compressed beside each other. */
export const FRAME = 1 << 25;
/** How much more memory than what is there before Python starts the first frame holds. */
const MARGIN = 1 << 17;
/** Where a library's handle points to its file's contents: as in `loadLibData` of Emscripten's script. */
const FILE_DATA = 28;

/**
 * @typedef {object} Head
 * @property {string} build             of Pyodide
 * @property {number} size              of the memory, in bytes
 * @property {[number, number]} unused  from and to which address nothing is kept
 * @property {number} top               the address of what the second frame holds
 * @property {number} length            of what the frames hold
 * @property {number} table             functions in WebAssembly's table
 * @property {number[]} zone            the addresses at which C keeps the time zone, which it reads but once
 * @property {Record<string, string>} libraries   those that are open: {handle: path}
 * @property {unknown} state            Pyodide's notes on the JavaScript objects that Python holds
 * @property {number[]} frames          bytes in each
 *
 * @typedef {Omit<Head, "frames">} Facts   What is known before the frames are compressed.
 * @typedef {{asked: string, modules: string[], bytes: number}} Share   What has been imported for the sake of the module `asked` ("": by the start), and
 *          how many bytes that are not zero the memory has gained by that.
 * @typedef {{refused: [module: string, reason: string]} | {missing: string[], for: string} | {facts: Facts, memory: Uint8Array, shares: Share[]} | {error: string}} Attempt
 *          At making one. `refused`: a module cannot be in it; `missing`: libraries have to be loaded before, for the sake of a module.
 */

/**
 * What there is before the interpreter begins.
 * @typedef {object} Ground
 * @property {Uint8Array} memory  what the module puts there
 * @property {number} table       functions in WebAssembly's table
 * @property {number} top         where the memory ends that is in use
 * @property {number[]} zone      the addresses that C has given `setZone`, once it has
 * @property {(...addresses: number[]) => void} setZone  writes the reader's time zone there
 */
/**
 * A compiled part of a package: where it lies, and what it holds; `code` gives that, where `module` is but its front.
 * @typedef {{path: string, module: WebAssembly.Module, code?: (emscripten: any) => WebAssembly.Module}} Library
 */

/**
 * Load libraries before the interpreter begins, so that they lie at the same addresses each time, and note what there is then.
 * @param {any} settings  Emscripten's, before the module is made
 * @param {Library[]} libraries
 * @param {(reason: unknown) => void} broken  Emscripten would wait for ever
 * @returns {Ground} complete once the module is made
 */
export function prepareGround(settings, libraries, broken) {
  /** @type {Ground} */
  const ground = { memory: new Uint8Array(0), table: 0, top: 0, zone: [], setZone: () => {} };
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (/** @type {any} */ imports, /** @type {any} */ done) => {
    const setZone = (ground.setZone = imports.env._tzset_js);
    imports.env._tzset_js = (/** @type {number[]} */ ...addresses) => setZone(...(ground.zone = addresses));
    return instantiateWasm(imports, (/** @type {any} */ instance, /** @type {any} */ module) => {
      const { memory, __stack_low: stack } = instance.exports;
      // The stack comes after all that the module brings.
      ground.memory = new Uint8Array(memory.buffer).slice(0, stack.value);
      done({ exports: unified(instance.exports) }, module);
    });
  };
  settings.preRun.push(async (/** @type {any} */ module) => {
    module.addRunDependency("libraries");
    try {
      // How C calls Python's functions depends on the engine; some need a function of their own for it, which has a place here.
      if (!module.HEAP32[trampolineAddress(module) >> 2]) module.wasmTable.grow(1);
      for (const library of libraries) await loadLibrary(module, library);
      ground.table = module.wasmTable.length;
      ground.top = module._sbrk(0);
      module.removeRunDependency("libraries");
    } catch (error) {
      broken(error);
    }
  });
  return ground;
}

/**
 * JavaScriptCore makes two objects of some functions that are in the table and exported: Emscripten would give them another
 * place there. A function of WebAssembly is named by its index.
 * @param {any} exports
 */
function unified(exports) {
  const { __indirect_function_table: table } = exports;
  const exported = new Map(Object.values(exports).map((value) => [typeof value === "function" && value.name, value]));
  const known = new Map();
  for (let at = 0; at < table.length; at++) {
    const listed = table.get(at), twin = exported.get(listed?.name);
    // Other engines make one of each.
    if (twin && twin === listed) return exports;
    known.set(listed?.name, listed);
  }
  const one = (/** @type {any} */ value) => (typeof value === "function" ? (known.get(value.name) ?? value) : value);
  return Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, one(value)]));
}

/** @param {any} module @param {Library} library  is there from now on for dlopen(3) */
async function loadLibrary(module, { path, module: compiled, code }) {
  const library = module.newDSO(path, undefined, "loading");
  Object.assign(library, { refcount: Infinity, global: false });
  const instantiate = (/** @type {WebAssembly.Module} */ loaded, /** @type {any} */ imports) =>
    code ? instantiateFront(module, loaded, imports, () => code(module)) : new WebAssembly.Instance(loaded, imports);
  library.exports = await module.loadWebAssemblyModule(compiled, { loadAsync: true, nodelete: true, instantiate }, path, {});
}

/**
 * Watch what Python does from now on.
 * @param {any} python  Pyodide's API
 * @param {(object: any) => unknown} name  see `capture`
 * @returns {() => {missing: string[], reason: string}} called after each import: libraries that would have to be loaded before,
 *          and why there can be no snapshot any more
 */
export function watch({ _module: module, _api: api }, name) {
  const { LDSO, wasmTable } = module, known = new Set(Object.keys(LDSO.loadedLibsByName)), before = new Set(takenPlaces(module));
  return () => {
    const missing = Object.keys(LDSO.loadedLibsByName).filter((path) => !known.has(path));
    try {
      const places = takenPlaces(module).filter((at) => !before.has(at)), harmless = initializers(module);
      if (!missing.length && places.some((at) => !harmless.has(wasmTable.get(at)))) throw new Error("it makes functions for C to call");
      api.serializeHiwireState(name);
      return { missing, reason: "" };
    } catch (error) {
      return { missing, reason: /** @type {Error} */ (error).message };
    }
  };
}

/** Where functions are in WebAssembly's table.  @param {any} module @returns {number[]} */
function takenPlaces({ wasmTable, freeTableIndexes }) {
  const free = new Set(freeTableIndexes);
  return [...Array(wasmTable.length).keys()].filter((at) => !free.has(at));
}

/** What Python looks up in a library, and calls but once.  @param {any} module @returns {Set<Function>} */
function initializers({ LDSO }) {
  const exported = Object.values(LDSO.loadedLibsByHandle).flatMap(({ exports }) => Object.entries(exports));
  return new Set(exported.filter(([name]) => name.startsWith("PyInit_")).map(([, value]) => value));
}

/**
 * @param {any} python  Pyodide's API, started with `_makeSnapshot`
 * @param {Ground} ground
 * @param {(object: any) => unknown} name  what is written in the place of a JavaScript object that Python holds
 * @returns {{facts: Facts, memory: Uint8Array}} `memory` is what the frames are to hold
 * @throws where Python holds a JavaScript object that has no name
 */
export function capture({ _module: module, _api: api }, ground, name) {
  const state = api.serializeHiwireState(name);
  freeLibraryFiles(module);
  zeroFreed(module);
  const { HEAPU8 } = module;
  /** @type {[number, number]} */
  const unused = [ground.memory.length, module._emscripten_stack_get_current()];
  let end = HEAPU8.length;
  while (end && !HEAPU8[end - 1]) end--;
  const memory = new Uint8Array(unused[0] + end - unused[1]);
  memory.set(HEAPU8.subarray(0, unused[0]));
  exclusiveOr(memory, memory, ground.memory);
  memory.set(HEAPU8.subarray(unused[1], end), unused[0]);
  const { BUILD_ID: build } = api.config, size = HEAPU8.length, { length } = memory, { table, zone } = ground, top = ground.top + MARGIN;
  const opened = Object.entries(module.LDSO.loadedLibsByHandle).filter(([handle]) => handle !== "0");
  const facts = { build, size, unused, top, length, table, zone, state, libraries: Object.fromEntries(opened.map(([handle, { name }]) => [handle, name])) };
  return { facts, memory };
}

/**
 * dlopen(3) reads a library's file into memory, and leaves it there, for threads that we do not have.
 * @param {any} module
 */
function freeLibraryFiles({ LDSO, HEAPU32, _free: free }) {
  for (const handle of Object.keys(LDSO.loadedLibsByHandle).map(Number)) {
    // `struct dso` in Emscripten's dynlink.c: `file_data`, and its size. The interpreter's own has none.
    const field = (handle + FILE_DATA) >> 2;
    if (!handle || !HEAPU32[field]) continue;
    free(HEAPU32[field]);
    HEAPU32.fill(0, field, field + 2);
  }
}

/** What has been freed would only make the file larger.  @param {any} module */
function zeroFreed(module) {
  const top = module._sbrk(0);
  /** @type {number[]} */
  const taken = [];
  for (let size = 1 << 20; size >= 16; size >>= 1) {
    for (;;) {
      const at = module._malloc(size);
      if (at && at + size <= top) {
        module.HEAPU8.fill(0, at, at + size);
        taken.push(at);
      } else {
        module._free(at);
        break;
      }
    }
  }
  taken.forEach(module._free);
}

/**
 * @param {Facts} facts
 * @returns {[from: number, to: number][]} which part of what they hold together is in each frame
 */
export function frameBounds({ unused: [from, to], top, length }) {
  const first = from + top - to, count = Math.ceil((length - first) / FRAME), size = Math.ceil((length - first) / count);
  const others = Array.from({ length: count }, (_, number) => first + number * size);
  return [[0, first], ...others.map((start) => /** @type {[number, number]} */ ([start, Math.min(start + size, length)]))];
}

/** @param {Facts} facts @param {Uint8Array[]} frames  compressed @returns {Uint8Array[]} the file's parts */
export function assemble(facts, frames) {
  const text = new TextEncoder().encode(JSON.stringify({ ...facts, frames: frames.map(({ length }) => length) }));
  return [new Uint8Array(new Uint32Array([MAGIC, text.length]).buffer), text, ...frames];
}

/**
 * Make Pyodide find the memory when it comes to restoring it.
 * @param {any} module  Emscripten's, made but not yet Pyodide
 * @param {Ground} ground  with the same libraries
 * @param {Uint8Array} file
 * @throws where the snapshot belongs to another module
 */
export function prepareRestore(module, ground, file) {
  let { head, body } = parse(file);
  if (head.build !== module.API.config.BUILD_ID) throw new Error("the snapshot is another version's");
  if (head.table !== ground.table) throw new Error(`the snapshot is for ${head.table} functions, not for ${ground.table}`);
  // What the engine needs, not what the maker's needed.
  const trampoline = trampolineAddress(module), settled = module.HEAP32[trampoline >> 2];
  module.API.restoreSnapshot = () => {
    if (head.size > module.HEAPU8.length && !module.growMemory(head.size)) throw new Error("there is not enough memory");
    const inflated = stepBegins("inflate"), memory = inflate(module, head, body);
    inflated();
    const restored = stepBegins("restore");
    const { HEAPU8, HEAP32 } = module, [from, to] = head.unused, end = module._sbrk(0);
    exclusiveOr(HEAPU8, memory, ground.memory);
    HEAPU8.set(memory.subarray(from), to);
    // The unused part of the stack is left as it is: to write there would only make it take memory.
    HEAPU8.fill(0, to + head.length - from, end);
    HEAP32[trampoline >> 2] = settled;
    ground.setZone(...head.zone);
    const { loadedLibsByHandle, loadedLibsByName } = module.LDSO;
    for (const [handle, path] of Object.entries(head.libraries)) loadedLibsByHandle[handle] = loadedLibsByName[path];
    // This function lives as long as Pyodide: what it needed need not.
    body = ground.memory = new Uint8Array(0);
    restored();
    return head.state;
  };
}

/** @param {Uint8Array} file @returns {{head: Head, body: Uint8Array}} */
export function parse(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < PREFIX || view.getUint32(0, true) !== MAGIC) throw new Error("this is not a snapshot");
  const start = PREFIX + view.getUint32(4, true);
  return { head: JSON.parse(new TextDecoder().decode(file.subarray(PREFIX, start))), body: file.subarray(start) };
}

/**
 * @param {any} module
 * @param {Head} head
 * @param {Uint8Array} body
 * @returns {Uint8Array} what the first frame holds, above all the rest, which is where it belongs
 */
function inflate(module, head, body) {
  const { top, frames, length, unused: [from, to] } = head, end = length - from + to;
  // It begins with the last free bytes of what is in use: whatever is asked for after it lies above.
  const block = module._malloc(end - module._sbrk(0) + MARGIN);
  const bounds = frameBounds(head), room = bounds[0][1], source = module._malloc(Math.max(...frames)), first = module._malloc(room);
  if (!block || block > top || !source || !first) throw new Error("the snapshot finds no room");
  let at = 0;
  bounds.forEach(([start, stop], number) => {
    module.HEAPU8.set(body.subarray(at, (at += frames[number])), source);
    const count = module._ZSTD_decompress(number ? start - from + to : first, stop - start, source, frames[number]);
    if (count !== stop - start) throw new Error("the snapshot is damaged");
  });
  return module.HEAPU8.subarray(first, first + room);
}

/** @param {Uint8Array} out  at its beginning; may be `bytes` @param {Uint8Array} bytes @param {Uint8Array} pattern  not longer */
function exclusiveOr(out, bytes, pattern) {
  const words = (/** @type {Uint8Array} */ array) => new Uint32Array(array.buffer, array.byteOffset, pattern.length >> 2);
  const result = words(out), left = words(bytes), right = words(pattern);
  for (let at = 0; at < result.length; at++) result[at] = left[at] ^ right[at];
}

/** The address of the function through which C calls Python's.  @param {any} module */
function trampolineAddress(module) {
  return module.__PyRuntime + module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2];
}
