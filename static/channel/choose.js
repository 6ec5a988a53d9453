// @ts-check
/**
 * Which channel serves a session: the first of these that the page and its browser have.
 *
 *  1. `shared-memory`: the server isolates the page by its headers.
 *  2. `service-worker`: the browser has service workers, and the page is in a secure context.
 *  3. `restart`: everywhere.
 */
import { openRelay } from "./relay.js";
import { RestartHost } from "./restart.js";
import { ServiceWorkerHost } from "./service-worker-host.js";
import { SharedMemoryHost } from "./shared-memory.js";

/** @import { HostChannel, HostEvents, Tier } from "../protocol.js" */
/** @typedef {(events: HostEvents) => HostChannel} Open */

/** What was found not to work here. @type {Set<Tier>} */
const refused = new Set();

/** @type {[Tier, () => Promise<Open | null> | Open | null][]} */
const LADDER = [
  ["shared-memory", () => (globalThis.crossOriginIsolated && typeof SharedArrayBuffer === "function" ? (events) => new SharedMemoryHost(events) : null)],
  [
    "service-worker",
    async () => {
      const relay = await openRelay();
      return relay && ((events) => new ServiceWorkerHost(events, relay));
    },
  ],
];

/** @returns {Promise<Open>} what opens the page's end */
export async function chooseChannel() {
  for (const [tier, find] of LADDER) {
    const open = refused.has(tier) ? null : await find();
    if (open) return open;
  }
  return (events) => new RestartHost(events);
}

/** A channel does not work, although it seemed to: it is not chosen again on this page.  @param {Tier} tier */
export function refuse(tier) {
  refused.add(tier);
}
