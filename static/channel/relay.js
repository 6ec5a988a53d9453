// @ts-check
/**
 * The page's way to the relay (`sw.js`): registers it, and takes the questions that it brings.
 */
import { BASE } from "../bundle.js";
import { fetchBytes } from "../fetching.js";

/** @import { Manifest } from "../protocol.js" */
/**
 * @typedef {object} Relay
 * @property {string} url    What a question's path is added to.
 * @property {(key: string, take: (question: string, answer: (text: string) => void) => void) => () => void} listen
 *           Take the questions that begin with `key` and a slash, without these; gives what ends it.
 */

/** How long, in ms, a browser may take to install the relay and to let it speak. */
const PATIENCE = 5000;
const NAME = "sw.js", SCRIPT = BASE + NAME;

/** @param {Manifest} manifest @returns {Promise<Relay | null>} null: the browser has none for this page, or does not let it work */
export async function openRelay({ files }) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return null;
  try {
    await fetchBytes(SCRIPT, { name: NAME, ...files[NAME] });
    const client = await Promise.race([connect(serviceWorker), expired()]);
    void forgetOthers(serviceWorker);
    serviceWorker.startMessages();
    return { url: `${BASE}~emrun/${client}/`, listen };
  } catch {
    return null;
  }
}

/** @param {ServiceWorkerContainer} container @returns {Promise<string>} under which name the relay finds this page */
async function connect(container) {
  // Its folder is named by its content: there is never a newer one at the same place.
  const registration = await container.register(SCRIPT, { updateViaCache: "all" });
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

/** @returns {Promise<never>} */
function expired() {
  return new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("the relay does not answer")));
}

/** Relays of this site's earlier versions; one that still serves a worker goes when that has ended.  @param {ServiceWorkerContainer} container */
async function forgetOthers(container) {
  const parent = new URL("../", BASE).href;
  for (const registration of await container.getRegistrations()) {
    const { scope } = registration;
    if (scope !== BASE && new URL("../", scope).href === parent) await registration.unregister();
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
