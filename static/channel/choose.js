// @ts-check
/**
 * Which channel serves a session: the first of these that the page and its browser have.
 *
 *  1. `shared-memory`: the server isolates the page by its headers.
 *  2. `service-worker`: the browser has service workers, and the page is in a secure context.
 *  3. `jspi`: the browser's WebAssembly can switch stacks.
 *  4. `restart`: everywhere.
 */
import { Bell } from "./bell.js";
import { QuestionHost } from "./questions.js";
import { openRelay } from "./relay.js";
import { RestartHost } from "./restart.js";
import { SharedMemoryHost } from "./shared-memory.js";

/** @import { HostChannel, HostEvents, Manifest, Tier } from "../protocol.js" */
/** @typedef {(events: HostEvents) => HostChannel} Open */

/** What was found not to work here. @type {Set<Tier>} */
const refused = new Set();

/** @type {[Tier, (manifest: Manifest) => Promise<Open | null> | Open | null][]} */
const LADDER = [
  ["shared-memory", sharedMemory],
  ["service-worker", serviceWorker],
  ["jspi", jspi],
];

/** @returns {Open | null} */
function sharedMemory() {
  const isolated = globalThis.crossOriginIsolated && typeof SharedArrayBuffer === "function";
  return isolated ? (events) => new SharedMemoryHost(events) : null;
}

/** @param {Manifest} manifest @returns {Promise<Open | null>} */
async function serviceWorker(manifest) {
  const relay = await openRelay(manifest);
  if (!relay) return null;
  return (events) => {
    const key = crypto.randomUUID();
    return new QuestionHost(events, { tier: "service-worker", url: relay.url, key, columns: 80, rows: 24 }, (take) => relay.listen(key, take), new Bell());
  };
}

/** @returns {Open | null} */
function jspi() {
  if (!("Suspending" in WebAssembly)) return null;
  return (events) => {
    const { port1, port2 } = new MessageChannel();
    return new QuestionHost(events, { tier: "jspi", port: port2, columns: 80, rows: 24 }, (take) => {
      port1.onmessage = ({ data }) => take(data, (text) => port1.postMessage(text));
      return () => port1.close();
    });
  };
}

/** @param {Manifest} manifest @returns {Promise<Open>} what opens the page's end */
export async function chooseChannel(manifest) {
  for (const [tier, find] of LADDER) {
    if (refused.has(tier)) continue;
    try {
      const open = await find(manifest);
      if (open) return open;
    } catch {
      // The browser has it, and does not let this page use it.
    }
    refuse(tier);
  }
  return (events) => new RestartHost(events);
}

/** A channel does not work here: it is not tried again on this page.  @param {Tier} tier */
export function refuse(tier) {
  refused.add(tier);
}
