// @ts-check
/**
 * Takes from this thread what reaches beyond it, for good: the network, and Node's modules. What may be read, written and
 * started is Node's own matter (`--permission`), and so is every thread that this one might start.
 */
import { registerHooks } from "node:module";

/** Globals that open connections. */
const NETWORK = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"];

/** @param {string} [folder]  the URL of one whose scripts can be imported all the same */
export function confine(folder) {
  for (const name of NETWORK) Reflect.deleteProperty(globalThis, name);
  registerHooks({
    resolve(specifier, context, next) {
      // Node may ask a second time, by the path and for nobody, about what it first takes for a script of another kind.
      if (folder && URL.parse(specifier, context.parentURL ?? folder)?.href.startsWith(folder)) return next(specifier, context);
      throw new Error(`${specifier} cannot be imported here`);
    },
  });
}
