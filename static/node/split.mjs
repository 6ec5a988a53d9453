// @ts-check
/**
 * Moves functions of the interpreter into a second module. In the place of each that somebody else may call is left
 *
 *      if (variable) if (functions[variable]()) unreachable;  return functions[place](parameters);
 *
 * and once the second module has been made, it is in that place itself: its own, where it was in the table, or a new one.
 */
import { FIRST } from "../parts.js";
import { unsigned } from "../webassembly.js";
import {
  ANY_MEMORY, ANY_TABLE, CALLEE, CODE, ELEMENTS, FUNCTION, FUNCTIONS, GLOBAL, IMPORTS, MEMORY, TABLE, TAG, TYPES, VARIABLE, assembled, importOf,
  place, renumbered, signed, sized, vector, walk,
} from "./wasm-module.mjs";

/** @import { InterpreterModule } from "./interpreter-module.mjs" */

/**
 * @param {InterpreterModule} module
 * @param {number[]} indices  of functions that are alive
 * @param {number} variable
 * @returns {Uint8Array} the second module
 */
export function split(module, indices, variable) {
  const { first, functions } = module, moved = new Map(indices.map((index, at) => [index, at]));
  const called = calledByOthers(module, moved), callees = new Map(), variables = new Map();
  /** @type {[at: number, index: number][]} */
  const elements = [];
  /** @param {Map<number, number>} known @param {number} index @returns {number} its number among those */
  const numbered = (known, index) => known.get(index) ?? known.set(index, known.size).size - 1;
  // What they need of the first module has to be known before they can be numbered themselves.
  for (const index of indices) {
    walk(functions[index - first], (kind, value) => {
      if (kind === CALLEE && !moved.has(value)) numbered(callees, value);
      if (kind === VARIABLE) numbered(variables, value);
      if (kind === TAG) throw new Error(`function ${index} throws or catches`);
    });
  }
  const code = indices.map((index) => sized(renumbered(functions[index - first], (kind, value) => {
    if (kind === CALLEE) return callees.get(value) ?? callees.size + /** @type {number} */ (moved.get(value));
    return kind === VARIABLE ? variables.get(value) : undefined;
  })));
  for (const index of indices) {
    const places = module.places.get(index) ?? (called.has(index) ? [module.place()] : []);
    places.forEach((at) => elements.push([at, callees.size + /** @type {number} */ (moved.get(index))]));
    if (places.length) functions[index - first] = stub(module, index, variable, places[0]);
    else module.alive.delete(index);
  }
  const signature = (/** @type {number} */ index) => Uint8Array.from(unsigned(module.signatureOf(index)));
  /** @param {number} kind @param {number} index @param {Uint8Array} type */
  const taken = (kind, index, type) => importOf({ module: FIRST, name: module.nameOf(kind, index), kind, type });
  const imported = [
    ...[...callees.keys()].map((index) => taken(FUNCTION, index, signature(index))),
    ...[...variables.keys()].map((index) => taken(GLOBAL, index, module.variableType(index))),
    taken(MEMORY, 0, ANY_MEMORY),
    taken(TABLE, 0, ANY_TABLE),
  ];
  return assembled(new Map([
    [TYPES, module.typeSection],
    [IMPORTS, vector(imported)],
    [FUNCTIONS, vector(indices.map(signature))],
    [ELEMENTS, vector(elements.map(([at, index]) => place(at, index)))],
    [CODE, vector(code)],
  ]));
}

/** @param {InterpreterModule} module @param {Map<number, number>} moved @returns {Set<number>} those that have to be where they were */
function calledByOthers({ alive, contents, exports, first }, moved) {
  const others = [...alive].filter((index) => !moved.has(index)).flatMap((index) => contents[index - first]?.calls ?? []);
  return new Set([...others, ...exports.filter(({ kind }) => kind === FUNCTION).map(({ index }) => index)].filter((index) => moved.has(index)));
}

/** @param {InterpreterModule} module @param {number} index @param {number} variable @param {number} place @returns {Uint8Array} */
function stub(module, index, variable, place) {
  const parameters = Array.from({ length: module.parametersOf(index) }, (_, at) => [0x20, ...unsigned(at)]).flat();
  const call = [0x41, ...signed(place), 0x11, ...unsigned(module.signatureOf(index)), 0];
  return Uint8Array.from([0, ...module.asks(variable, [0x00]), ...parameters, ...call, 0x0b]);
}
