/** A browser's part between a worker and a page: synchronous requests in a thread, which `static/sw.js` itself answers. */
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

const SCOPE = "https://example.org/_static/emrun/0123/";
const BYTES = 1 << 20;
const SCRIPT = readFileSync(new URL("../../static/sw.js", import.meta.url), "utf8");

/** Code for the thread: its XMLHttpRequest asks the main thread, and waits. */
export const REQUESTS = `
  class XMLHttpRequest {
    open(method, url) { this.url = url; }
    send() {
      const memory = new SharedArrayBuffer(${BYTES + 8}), state = new Int32Array(memory, 0, 2);
      parentPort.postMessage({ request: this.url, memory });
      Atomics.wait(state, 0, 0);
      this.status = state[0];
      if (this.status < 0) throw new Error("NetworkError");
      this.responseText = Buffer.from(memory, 8, state[1]).toString();
    }
    getResponseHeader(name) { return this.status === 404 ? null : "1"; }
  }
  globalThis.XMLHttpRequest = XMLHttpRequest;`;

/** Service workers, started as they are needed; and the page, as they find it. */
export class Browser {
  /** What befalls the next requests: "before" the page is asked, or "after" it has answered. @type {("before" | "after" | "404")[]} */
  accidents = [];
  questions = [];
  #takers = new Map();

  /** What a page would get from `openRelay`. */
  relay = {
    url: `${SCOPE}~emrun/page-1/`,
    listen: (key, take) => {
      this.#takers.set(key, take);
      return () => this.#takers.delete(key);
    },
  };

  /** A worker's message, where it is a request.  @returns {boolean} it was one */
  take({ request, memory }) {
    if (!request) return false;
    const state = new Int32Array(memory, 0, 2);
    const done = (status, body = "") => {
      state[1] = Buffer.from(memory, 8).write(body);
      Atomics.store(state, 0, status);
      Atomics.notify(state, 0);
    };
    const accident = this.accidents.shift();
    if (accident === "before") done(-1);
    else if (accident === "404") done(404);
    else this.#start().fetch(request).then(async (response) => (accident ? done(-1) : done(response.status, await response.text())));
    return true;
  }

  /** A service worker that has just been started: it knows nothing. */
  #start() {
    const listeners = {};
    const page = {
      postMessage: ({ emrun }, [port]) => {
        this.questions.push(emrun);
        const [key, ...question] = emrun.split("/");
        this.#takers.get(key)?.(question.join("/"), (text) => port.postMessage(text));
      },
    };
    const self = {
      registration: { scope: `${SCOPE}worker.js?relayed` },
      clients: { get: async (id) => (id === "page-1" ? page : undefined) },
      skipWaiting() {},
      addEventListener: (type, listener) => (listeners[type] = listener),
    };
    runInNewContext(SCRIPT, { self, Response, MessageChannel, URL, setTimeout });
    return {
      fetch: (url) => new Promise((resolve, reject) => listeners.fetch({ request: { url }, respondWith: (answer) => answer.then(resolve, reject) })),
      /** Does it leave a request to the browser? */
      ignores: (url) => {
        let taken = false;
        listeners.fetch({ request: { url }, respondWith: () => (taken = true) });
        return !taken;
      },
    };
  }

  /** @param {string} path */
  ignores(path) {
    return this.#start().ignores(new URL(path, SCOPE).href);
  }
}
