// @ts-check
/**
 * The thread in which a stranger's Python runs, as its keeper has it: with which of Node's permissions it starts, and how much
 * memory it may take. Its messages are a stranger's, too: whoever receives them checks them.
 */
import { Worker } from "node:worker_threads";

/** What Node and the interpreter itself need at least, in bytes, beside a program's memory. */
const OVERHEAD = 700 * 2 ** 20;
const WATCH_MS = 50;
/** How large JavaScript's own heap may become, in MiB. */
const HEAP = 1024;
/** This process's restrictions that the thread has, too. Without the permission for workers it cannot start others, with more. */
const PASSED_ON = /^--permission$|^--no-experimental-sqlite$|^--allow-fs-read=/;

/** @param {object} workerData  for `environment.mjs` */
export function startGuest(workerData) {
  const worker = new Worker(new URL("environment.mjs", import.meta.url), {
    workerData,
    env: {},
    execArgv: process.execArgv.filter((option) => PASSED_ON.test(option)),
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
    stdout: true,
    stderr: true,
  });
  // What it writes on the console gets between no reports, and is not kept.
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

/**
 * @param {number} memory  how much the program may have, in bytes
 * @param {() => void} exceeded
 * @returns {() => void} ends the watch
 */
export function watchMemory(memory, exceeded) {
  // What an interpreter before this one has left behind goes some time later: it counts for nobody.
  const limit = Math.max(process.memoryUsage.rss(), OVERHEAD) + memory;
  const timer = setInterval(() => process.memoryUsage.rss() > limit && exceeded(), WATCH_MS);
  return () => clearInterval(timer);
}
