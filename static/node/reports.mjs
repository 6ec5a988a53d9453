// @ts-check
/** What the thread that runs a stranger's Python may say of a program (`check-worker.mjs`): anything else is no report. */

/** @import { CheckedProgram } from "./checker.mjs" */

/** Characters of what is said of a program, as JSON: more than all that `recording.mjs` keeps, each byte by itself. */
const MOST = 24_000_000;

/** @param {unknown} value @returns {value is string} */
const isText = (value) => typeof value === "string";

/** @param {any} value */
const isEntry = (value) => Array.isArray(value) && value.length === 2 && [0, 1, 2].includes(value[0]) && isText(value[1]);

/** @param {any} value */
const isRaised = (value) =>
  value === null || (Array.isArray(value?.names) && value.names.length > 0 && value.names.every(isText) && isText(value.message) && (value.line === null || Number.isSafeInteger(value.line)));

/** @param {any} value */
const isEnded = (value) =>
  typeof value?.run === "boolean" && isRaised(value.raised) && (value.status === null || Number.isSafeInteger(value.status)) && Array.isArray(value.output) && value.output.every(isEntry);

/** @param {unknown} value */
const isSmall = (value) => JSON.stringify(value).length <= MOST;

/** @param {any} message @param {number} number  of the program that runs @param {CheckedProgram} program */
export function isEnd(message, number, { kind, statements }) {
  const result = message?.result, expected = kind === "transcript" ? statements.length : 1;
  return message?.type === "ended" && message.number === number && typeof result?.starved === "boolean" && typeof result.cut === "boolean"
    && Number.isFinite(result.seconds) && Array.isArray(result.ended) && result.ended.length === expected && result.ended.every(isEnded) && isSmall(result);
}

/** @param {any} message @param {number} number  of the program that runs */
export function isCrash(message, number) {
  return message?.type === "crashed" && message.number === number && isText(message.reason)
    && Array.isArray(message.output) && message.output.every(isEntry) && isSmall(message);
}
