// @ts-check
/**
 * The relay of pages without isolation headers: answers the synchronous requests of our worker with what the page says
 * (`channel/service-worker.js`). Its scope is the address of such a worker's script, so it controls no page, and no worker of a page that is
 * isolated.
 *
 * It keeps nothing: a request says which page to ask and how long to wait, and whoever asked asks again where no answer came. So
 * it may be stopped at any time, and serves any number of tabs. It caches nothing, and no other request is its business.
 *
 *      ~emrun/<the page's client id>/<ms to wait>/<question>
 */
{
  const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
  const RELAY = new URL("~emrun/", scope.registration.scope).href;
  /** How long a worker whose page has gone, or sleeps in the browser's history, waits before it asks again, in ms. */
  const GONE = 1000;
  const later = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const headers = { "Cache-Control": "no-store", "Content-Type": "application/json", "Emrun-Relay": "1" };

  /** @param {string} path  what follows RELAY */
  async function relay(path) {
    const [client, wait, ...question] = path.split("/");
    const page = await scope.clients.get(client);
    if (!page) {
      await later(GONE);
      return new Response(null, { status: 204, headers });
    }
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
    page.postMessage({ emrun: question.join("/") }, [port2]);
    const text = await Promise.race([answer, later(Number(wait))]);
    port1.close();
    return text === undefined ? new Response(null, { status: 204, headers }) : new Response(text, { headers });
  }

  scope.addEventListener("install", () => void scope.skipWaiting());
  // The thread of the page that installs this has begun before.
  scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
  scope.addEventListener("fetch", (event) => {
    const { url } = event.request;
    if (url.startsWith(RELAY)) event.respondWith(relay(url.slice(RELAY.length)));
  });
  // A page asks under which name it can be found.
  scope.addEventListener("message", ({ source, ports }) => ports[0]?.postMessage(/** @type {Client | null} */ (source)?.id));
}
