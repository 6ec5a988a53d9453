// @ts-check
/**
 * How much is left of the engine's stack, which nothing tells: a WebAssembly module calls itself some levels deep, with frames
 * that are large but not written to, and the engine refuses where there is no room. Python raises RecursionError in time for
 * being told so (`bundle/stack_checks.py`).
 */

/** A level's frame holds so many numbers of 8 bytes at least. */
const NUMBERS = 2000, LEVELS = 8;
/** So many more where Python asks early: its parser has to fail with an exception of its own. */
const MORE = 4;
/** The name under which the interpreter's module exports where it looks for what tries. */
const EXPORT = "emrun_stack_probe";
const I32 = 0x7f, I64 = 0x7e, VOID = 0x40;

/**
 * @param {any} exports  of the interpreter's WebAssembly
 * @param {WebAssembly.Table} table  its functions
 */
export function guardStack(exports, table) {
  const probe = exports[EXPORT];
  if (!probe) return; // another distribution's
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
  const { exports: mine } = new WebAssembly.Instance(new WebAssembly.Module(code()), { mine: { low, number: (/** @type {bigint} */ number) => number } });
  ({ descend } = mine);
  const index = table.grow(1);
  table.set(index, mine.low);
  probe.value = index;
}

/** The module, in WebAssembly's binary format: `descend(levels)`, and `low` as a function for a table.  @returns {Uint8Array<ArrayBuffer>} */
function code() {
  const text = (/** @type {string} */ value) => [value.length, ...new TextEncoder().encode(value)];
  const section = (/** @type {number} */ id, /** @type {number[]} */ content) => [id, ...leb128(content.length), ...content];
  const LOW = 0, NUMBER = 1, DESCEND = 2;
  const body = [
    0, // no local variables: some engines would fill them
    ...[0x20, 0, 0x45, 0x04, VOID, 0x0f, 0x0b], // if (!levels) return
    ...[0x20, 0, 0x41, 1, 0x6b, 0x10, DESCEND], // descend(levels - 1)
    // if (levels === -1), which never is: as many numbers at the same time as make the frame large, and something done with them
    ...[0x20, 0, 0x41, 0x7f, 0x46, 0x04, VOID, ...Array(NUMBERS).fill([0x42, 0, 0x10, NUMBER]).flat(), ...Array(NUMBERS - 1).fill(0x7c), 0x10, NUMBER, 0x1a, 0x0b],
    0x0b,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [3, 0x60, 1, I32, 1, I32, 0x60, 1, I64, 1, I64, 0x60, 1, I32, 0]),
    ...section(2, [2, ...text("mine"), ...text("low"), 0, 0, ...text("mine"), ...text("number"), 0, 1]),
    ...section(3, [1, 2]),
    ...section(7, [2, ...text("descend"), 0, DESCEND, ...text("low"), 0, LOW]),
    ...section(10, [1, ...leb128(body.length), ...body]),
  ]);
}

/** @param {number} value @returns {number[]} unsigned */
function leb128(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}
