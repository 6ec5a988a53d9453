// @ts-check
/** The interpreter's thread as the page starts it: it loads what Python needs while the page still loads its own scripts. */
import { BASE } from "./bundle.js";
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

export class Thread {
  worker = new Worker(new URL("worker.js", BASE), { type: "module", name: "sphinx-emrun" });
  /** Its script did not run, or has ended: resolves with the reason, where the browser says one. @type {Promise<string>} */ failed;

  /**
   * @param {Manifest} manifest
   * @param {string[]} [fresh]  names of files to be fetched past the browser's cache
   */
  constructor(manifest, fresh = []) {
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
