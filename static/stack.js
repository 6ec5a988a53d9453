// @ts-check
/**
 * How much is left of the engine's stack, which nothing tells: a WebAssembly module calls itself some levels deep, with frames
 * that are large but not written to, and the engine refuses where there is no room. Python raises RecursionError in time for
 * being told so (`bundle/stack_checks.py`).
 */
import { assemble, body, importedFunction, placed, signature, I32, I64, VOID } from "./webassembly.js";

/** A level's frame holds so many numbers of 8 bytes at least. */
const NUMBERS = 2000, LEVELS = 8;
/** So many more where Python asks early: its parser has to fail with an exception of its own. */
const MORE = 4;
/** The name under which the interpreter's module exports where it looks for what tries. */
const EXPORT = "emrun_stack_probe";

/**
 * Made while the interpreter is on its way.
 * @returns {(exports: any, table: WebAssembly.Table) => void} takes the exports of the interpreter's WebAssembly, and its functions
 */
export function stackGuard() {
  /** @type {any} */
  let descend;
  const low = (/** @type {number} */ early) => {
    const errors = /** @type {{stackTraceLimit?: number}} */ (Error), { stackTraceLimit } = errors;
    errors.stackTraceLimit = 0; // V8 takes ten times longer to fail with a trace
    try {
      descend(LEVELS + early * MORE);
      return 0;
    } catch {
      return 1;
    } finally {
      errors.stackTraceLimit = stackTraceLimit;
    }
  };
  const { exports: mine } = new WebAssembly.Instance(probing(), { mine: { low, number: (/** @type {bigint} */ number) => number } });
  ({ descend } = mine);
  descend(1); // engines compile what is called
  return (exports, table) => {
    const probe = exports[EXPORT];
    if (probe) probe.value = placed(table, mine.low); // there is none in another distribution
  };
}

/** `descend(levels)`, and `low` as a function for a table.  @returns {WebAssembly.Module} */
function probing() {
  const LOW = 0, NUMBER = 1, DESCEND = 2;
  const descend = [
    ...[0x20, 0, 0x45, 0x04, VOID, 0x0f, 0x0b], // if (!levels) return
    ...[0x20, 0, 0x41, 1, 0x6b, 0x10, DESCEND], // descend(levels - 1)
    // if (levels === -1), which never is: as many numbers at the same time as make the frame large, and something done with them
    ...[0x20, 0, 0x41, 0x7f, 0x46, 0x04, VOID, ...Array(NUMBERS).fill([0x42, 0, 0x10, NUMBER]).flat(), ...Array(NUMBERS - 1).fill(0x7c), 0x10, NUMBER, 0x1a, 0x0b],
  ];
  return assemble({
    types: [signature([I32], [I32]), signature([I64], [I64]), signature([I32], [])],
    imports: [importedFunction("low", 0), importedFunction("number", 1)],
    functions: [2],
    exports: { descend: DESCEND, low: LOW },
    bodies: [body([], descend)], // no local variables: some engines would fill them
  });
}
