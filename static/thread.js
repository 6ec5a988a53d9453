// @ts-check
/** The interpreter's thread as the page starts it: it loads what Python needs while the page still loads its own scripts. */
import { BASE, WORKER_URL } from "./bundle.js";
import { returns } from "./returning.js";
import { stepBegins } from "./steps.js";

/** @import { Manifest, PageMessage } from "./protocol.js" */

/** The interpreter, once a thread of this session has compiled it. @type {WebAssembly.Module | undefined} */
let compiled;

/** For the threads that are still to come.  @param {WebAssembly.Module} module */
export function keepCompiled(module) {
  compiled = module;
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

  /** @param {PageMessage} message @param {MessagePort[]} [transfer] */
  post(message, transfer = []) {
    this.worker.postMessage(message, transfer);
  }

  end() {
    this.worker.terminate();
  }
}
