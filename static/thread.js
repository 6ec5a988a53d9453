// @ts-check
/** The interpreter's thread as the page starts it: it loads what Python needs while the page still loads its own scripts. */
import { BASE, WORKER, WORKER_URL } from "./bundle.js";
import { compile, inflated } from "./compiling.js";
import { fetchFile } from "./fetching.js";
import { returns } from "./returning.js";
import { stepBegins } from "./steps.js";

/** @import { Manifest, PageMessage } from "./protocol.js" */

/** The interpreter, once a thread of this session has compiled it. @type {WebAssembly.Module | undefined} */
let compiled;

/** The code of libraries, by their images. @type {Map<string, Promise<WebAssembly.Module>>} */
const libraries = new Map();

/** For the threads that are still to come.  @param {WebAssembly.Module} module */
export function keepCompiled(module) {
  compiled = module;
}

/** An isolated page's worker needs it. */
const HEADER = "Cross-Origin-Embedder-Policy";

/**
 * The address of the worker's script once it did not run: fetched past the browser's cache, where it may be broken, or older than the page's
 * isolation. Where the server, or a service worker of the site's, leaves the header out that an isolated page's worker needs, it is an address
 * in the page's memory: what that holds is isolated as the page is.
 * @param {Manifest} manifest
 * @throws {import("./fetching.js").FetchError}
 */
export async function renewedScript({ files }) {
  const response = await fetchFile(WORKER_URL, { name: WORKER, ...files[WORKER] }, { fresh: true }), script = await response.blob();
  if (!globalThis.crossOriginIsolated || response.headers.has(HEADER)) return WORKER_URL;
  return URL.createObjectURL(script.slice(0, script.size, "text/javascript"));
}

/** What is said of a script that did not run.  @param {string} script  its address */
export function notRun(script) {
  const why = script === WORKER_URL ? "" : `: this page is isolated, and the server sends ${WORKER} without the header ${HEADER}`;
  return Object.assign(new Error(`${WORKER} could not be loaded${why}`), { file: WORKER });
}

export class Thread {
  /** Its script did not run, or has ended: resolves with the reason, where the browser says one. @type {Promise<string>} */ failed;

  /**
   * @param {Manifest} manifest
   * @param {string[]} [fresh]  names of files to be fetched past the browser's cache
   * @param {string} [script]  its address
   */
  constructor(manifest, fresh = [], script = WORKER_URL) {
    this.worker = new Worker(script, { type: "module", name: "sphinx-emrun" });
    const begun = stepBegins("thread");
    this.worker.addEventListener("message", begun, { once: true });
    this.failed = new Promise((resolve) => {
      this.worker.addEventListener("error", ({ message }) => resolve(message));
    });
    this.post({ type: "load", base: BASE, manifest, fresh, cached: returns(), compiled });
  }

  /** What it has only the fronts of, for it may soon be needed: where this fails, the thread loads it once it is.  @param {Manifest} manifest */
  async bringLibraries({ libraries: all, files }) {
    for (const { front, image } of all) {
      if (!front) continue;
      const module = libraries.get(image) ?? fetchFile(BASE + image, { name: image, ...files[image] }).then((response) => compile(inflated(response)));
      libraries.set(image, module);
      try {
        this.post({ type: "library", image, module: await module });
      } catch {
        libraries.delete(image);
      }
    }
  }

  /** @param {PageMessage} message @param {MessagePort[]} [transfer] */
  post(message, transfer = []) {
    this.worker.postMessage(message, transfer);
  }

  end() {
    this.worker.terminate();
  }
}
