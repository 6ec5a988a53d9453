// @ts-check
/**
 * Takes from this thread what reaches beyond it, for good: the network, and Node's modules. What may be read, written and
 * started is Node's own matter (`--permission`), and so is every thread that this one might start.
 */
import { registerHooks } from "node:module";

/** Globals that open connections. */
const NETWORK = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"];

export function confine() {
  for (const name of NETWORK) Reflect.deleteProperty(globalThis, name);
  registerHooks({
    resolve(specifier) {
      throw new Error(`${specifier} cannot be imported here`);
    },
  });
}
