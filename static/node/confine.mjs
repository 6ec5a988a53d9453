// @ts-check
/**
 * Takes from this thread what reaches beyond it, for good: JavaScript from Python (`fence.mjs`), the network, and Node's modules.
 * What may be read, written and started is Node's own matter (`--permission`), and so is every thread that this one might start.
 */
import { registerHooks } from "node:module";
import process from "node:process";
import { raiseFence } from "./fence.mjs";

/** Globals that open connections, or reach other threads. */
const OUTWARDS = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "BroadcastChannel", "localStorage", "sessionStorage"];
/** Of the object `process`, which Node itself holds: ways to its modules, to native code, and to other processes. */
const POWERS = ["getBuiltinModule", "binding", "_linkedBinding", "dlopen", "kill", "_kill", "execve", "reallyExit", "_debugProcess", "loadEnvFile"];

/** @param {{folder?: string, fenced?: boolean}} [options]  `folder`: the URL of one whose scripts can be imported all the same */
export function confine({ folder, fenced = true } = {}) {
  if (fenced) raiseFence();
  for (const name of OUTWARDS) Reflect.deleteProperty(globalThis, name);
  for (const name of POWERS) Object.defineProperty(process, name, { value: undefined });
  registerHooks({
    resolve(specifier, context, next) {
      // Node may ask a second time, by the path and for nobody, about what it first takes for a script of another kind.
      if (folder && URL.parse(specifier, context.parentURL ?? folder)?.href.startsWith(folder)) return next(specifier, context);
      throw new Error(`${specifier} cannot be imported here`);
    },
  });
}

/**
 * Limit the memory of an interpreter that is about to be instantiated.
 * @param {{env: Record<string, Function>}} imports  of its WebAssembly
 * @param {number} memory  in bytes
 */
export function limitMemory({ env }, memory) {
  const grow = env.emscripten_resize_heap;
  env.emscripten_resize_heap = (/** @type {number} */ size) => (size >>> 0 > memory ? 0 : grow(size));
}
