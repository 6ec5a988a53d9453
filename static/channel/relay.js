// @ts-check
/**
 * The page's way to the relay (`sw.js`): registers it, and takes the questions that it brings.
 */
import { BASE, RELAYED } from "../bundle.js";
import { fetchBytes } from "../fetching.js";
import { orNothing } from "../optional.js";

/** @import { Manifest } from "../protocol.js" */
/**
 * @typedef {object} Relay
 * @property {string} url    What a question's path is added to.
 * @property {(key: string, take: (question: string, answer: (text: string) => void) => void) => () => void} listen
 *           Take the questions that begin with `key` and a slash, without these; gives what ends it.
 */

const NAME = "sw.js", SCRIPT = BASE + NAME;

/**
 * @param {Manifest} manifest
 * @returns {Promise<Relay | null>} null: the browser has none for this page, or does not let it work in time
 * @throws where the browser does not even let the page ask
 */
export async function openRelay({ files }) {
  const { serviceWorker } = navigator; // some frames throw
  if (!serviceWorker) return null;
  const client = await orNothing(fetchBytes(SCRIPT, { name: NAME, ...files[NAME] })) && await orNothing(connect(serviceWorker));
  if (!client) return null;
  forgetOthers(serviceWorker).catch(() => {}); // they do no harm
  serviceWorker.startMessages();
  return { url: `${BASE}~emrun/${client}/`, listen };
}

/** @param {ServiceWorkerContainer} container @returns {Promise<string>} under which name the relay finds this page */
async function connect(container) {
  // Its folder is named by its content: there is never a newer one at the same place.
  const registration = await container.register(SCRIPT, { scope: RELAYED, updateViaCache: "all" });
  const worker = /** @type {ServiceWorker} */ (registration.active ?? registration.waiting ?? registration.installing);
  await new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === "activated") resolve(undefined);
      if (worker.state === "redundant") reject(new Error("sw.js could not be installed"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(null, [port2]);
  });
}

/** Relays of this site's earlier versions; one that still serves a worker goes when that has ended.  @param {ServiceWorkerContainer} container */
async function forgetOthers(container) {
  const parent = new URL("../", RELAYED).href;
  for (const registration of await container.getRegistrations()) {
    const { scope } = registration;
    if (scope !== RELAYED && new URL("../", scope).href === parent) await registration.unregister();
  }
}

/** @type {Relay["listen"]} */
function listen(key, take) {
  const receive = (/** @type {MessageEvent} */ { data, ports }) => {
    const question = data?.emrun;
    if (typeof question === "string" && question.startsWith(`${key}/`)) take(question.slice(key.length + 1), (text) => ports[0].postMessage(text));
  };
  navigator.serviceWorker.addEventListener("message", receive);
  return () => navigator.serviceWorker.removeEventListener("message", receive);
}
