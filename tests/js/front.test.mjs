/** What stands for a compiled library until one of its functions is called (`static/library.js`, `static/node/front.mjs`). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { instantiateFront } from "../../static/library.js";
import { frontOf } from "../../static/node/front.mjs";
import * as wasm from "../../static/node/wasm-module.mjs";

const BASE = 64, PLACE = 1;
const MEMORY = Buffer.from([...text("dylink.0"), 1, 4, 8, 0, 1, 0]); // 8 bytes of memory, one place in the table
const I32 = 0x7f, END = 0x0b;

/** @param {string} name @returns {number[]} */
function text(name) {
  return [name.length, ...Buffer.from(name)];
}

const bytes = (/** @type {number[]} */ ...content) => Uint8Array.from(content);
/** @param {string} name @param {number} kind @param {number[]} type */
const taken = (name, kind, ...type) => wasm.importOf({ module: "env", name, kind, type: bytes(...type) });

/** In the table: what is at an address of its memory, plus its parameter; by its name: twice its parameter. */
function library(imports = [taken("__memory_base", wasm.GLOBAL, I32, 0), taken("__table_base", wasm.GLOBAL, I32, 0)]) {
  return wasm.assembled(new Map([
    [wasm.CUSTOM, MEMORY],
    [wasm.TYPES, wasm.vector([bytes(0x60, 1, I32, 1, I32), bytes(0x60, 0, 0)])],
    [wasm.IMPORTS, wasm.vector([taken("memory", wasm.MEMORY, 0, 1), taken("table", wasm.TABLE, 0x70, 0, 2), ...imports])],
    [wasm.FUNCTIONS, wasm.vector([bytes(0), bytes(0), bytes(1)])],
    [wasm.EXPORTS, wasm.vector([wasm.exportOf("twice", wasm.FUNCTION, 1), wasm.exportOf("__wasm_call_ctors", wasm.FUNCTION, 2)])],
    [wasm.ELEMENTS, wasm.vector([bytes(0, 0x23, 1, END, 1, 0)])],
    [wasm.CODE, wasm.vector([
      [0, 0x23, 0, 0x28, 2, 0, 0x20, 0, 0x6a, END], // i32.load, plus the parameter
      [0, 0x20, 0, 0x20, 0, 0x6a, END],
      [0, 0x23, 0, 0x41, 0, 0x36, 2, 0, END], // sets its memory up: 0
    ].map((body) => wasm.sized(bytes(...body))))],
    [wasm.DATA, wasm.vector([bytes(0, 0x23, 0, END, 4, 9, 0, 0, 0)])],
  ]));
}

/** As Emscripten loads one, with 40 in its memory from a snapshot. */
function loaded() {
  const memory = new WebAssembly.Memory({ initial: 1 }), table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
  const emscripten = { HEAPU8: new Uint8Array(memory.buffer) }, code = new WebAssembly.Module(library());
  let brought = 0;
  const imports = { env: { memory, table, __memory_base: BASE, __table_base: PLACE } };
  const front = instantiateFront(emscripten, new WebAssembly.Module(frontOf(library())), imports, () => (brought++, code));
  emscripten.HEAPU8[BASE] = 40;
  return { exports: /** @type {any} */ (front.exports), table, emscripten, brought: () => brought };
}

test("a function of the table brings the library, which works on with the memory there is", () => {
  const { table, exports, brought } = loaded(), early = table.get(PLACE);
  exports.__wasm_call_ctors();
  assert.equal(brought(), 0);
  assert.deepEqual([early(2), table.get(PLACE)(3), early(4), brought()], [42, 43, 44, 1]);
  assert.notEqual(table.get(PLACE), early);
});

test("so does one that is called by its name", () => {
  const { exports, emscripten, brought } = loaded();
  assert.deepEqual([exports.twice(21), exports.twice(2), brought(), emscripten.HEAPU8[BASE]], [42, 4, 1, 40]);
});

test("where it cannot be had, the call says why, and the next one tries again", () => {
  const { table } = loaded(), reasons = ["no network", "still none"];
  const { exports } = instantiateFront({ HEAPU8: new Uint8Array(65536) }, new WebAssembly.Module(frontOf(library())),
    { env: { memory: new WebAssembly.Memory({ initial: 1 }), table, __memory_base: BASE, __table_base: PLACE } }, () => { throw new Error(reasons.shift()); });
  assert.throws(() => /** @type {any} */ (exports).twice(1), /no network/);
  assert.throws(() => table.get(PLACE)(1), /still none/);
});

test("a library that is not as all have been so far has no front", () => {
  assert.throws(() => frontOf(library([taken("__memory_base", wasm.GLOBAL, I32, 0)])), /__table_base/);
});
