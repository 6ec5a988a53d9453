// @ts-check
/**
 * Makes a Node worker thread look like a browser's module worker, so that `worker.js` and Pyodide run in it unchanged: no
 * `process`, `fetch` for `file:` URLs and no others, messages as in the DOM. Imported as the thread's entry point; `workerData` has
 * the `base` URL of a bundle and, where it is not that bundle's `worker.js` that is to run, the URL of another `entry`, which has to
 * confine itself before Python runs. `fence` says when Python is cut off from JavaScript: at once, for an interpreter whose memory
 * comes from a snapshot, or at the first program.
 */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { confine } from "./confine.mjs";
import { buildFence, raiseFence } from "./fence.mjs";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const scope = /** @type {any} */ (globalThis);

class WorkerGlobalScope {
  static [Symbol.hasInstance](/** @type {unknown} */ object) {
    return object === globalThis;
  }
}

async function fetchFile(/** @type {any} */ resource) {
  const url = String(resource?.url ?? resource);
  try {
    const type = url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    // A file here need not be compressed: it does not travel.
    return new Response(/** @type {any} */ (await readFile(fileURLToPath(url))), { headers: { "Content-Type": type, "Content-Encoding": "identity" } });
  } catch {
    return new Response(null, { status: 404 });
  }
}

/** Of `XMLHttpRequest` as much as a request for a file's bytes takes, which is always synchronous. */
class FileRequest {
  status = 0;
  responseType = "";
  /** @type {ArrayBuffer | null} */ response = null;
  /** Emscripten waits for one of these. @type {(() => void) | null} */ onload = null;
  /** @type {((error: Error) => void) | null} */ onerror = null;
  #url = "";

  setRequestHeader() {}

  open(/** @type {string} */ _method, /** @type {string} */ url) {
    this.#url = url;
  }

  send() {
    try {
      this.response = new Uint8Array(readFileSync(fileURLToPath(this.#url))).buffer;
      this.status = 200;
    } catch {
      this.status = 404;
    }
    const missing = new Error(`${this.#url.split("/").at(-1)} is not where it is looked for`);
    queueMicrotask(() => (this.status === 200 ? this.onload?.() : this.onerror?.(missing)));
  }
}

const messages = new EventTarget(), { base, entry, fence } = workerData;
if (entry || fence) buildFence();
if (!entry) confine({ folder: base, fenced: fence === "at once" });
Object.assign(scope, {
  WorkerGlobalScope,
  self: globalThis,
  location: new URL(base),
  fetch: fetchFile,
  XMLHttpRequest: FileRequest,
  postMessage: (/** @type {unknown} */ data, /** @type {any} */ transfer) => port.postMessage(data, transfer),
  addEventListener: messages.addEventListener.bind(messages),
});
Object.defineProperty(scope, "process", { value: undefined, configurable: true, writable: true });
await import(entry ?? new URL("worker.js", base).href);
// What was posted meanwhile has waited, as it does in a browser.
port.on("message", (data) => {
  if (fence && data.type === "run") raiseFence();
  messages.dispatchEvent(new MessageEvent("message", { data }));
});
