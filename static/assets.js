// @ts-check
/**
 * What a start takes: fetched, checked, and worked on while it arrives. The interpreter comes before what is put into it, so that
 * it is compiled and set up meanwhile.
 */
import { WASM_TYPE, compile, inflated } from "./compiling.js";
import { fetchNow } from "./fetch-now.js";
import { FOLDER as PARTS } from "./parts.js";
import { urlOf } from "./place.js";
import { FOLDER, gunzip } from "./site-packages.js";
import { timed } from "./steps.js";

/** @import { Loader } from "./loader.js" */
/** @import { Manifest } from "./protocol.js" */
/** @import { Library } from "./snapshot.js" */
/** @import { Index } from "./site-packages.js" */

const SCRIPTS = ["pyodide/pyodide.js", "pyodide/pyodide.asm.js"];
const WASM = "pyodide/pyodide.asm.wasm", COMPRESSED_WASM = "pyodide/pyodide.asm.bin";
const LATER = ["packages/", PARTS];

export class Assets {
  manifest;
  /** URL of the bundle's folder, with a slash at its end. */ base;
  /** The compiled interpreter. @type {Promise<WebAssembly.Module>} */ module;
  /** Pyodide's two scripts. @type {Promise<{loadPyodide: Function, createModule: Function}>} */ glue;
  /** The interpreter's memory, where the site has it. @type {Promise<Uint8Array | null>} */ snapshot;
  /** What has to be loaded before that is put back. @type {Promise<Library[]>} */ libraries;
  #loader;
  /** Files for `now`, by path. @type {Map<string, Uint8Array<ArrayBuffer>>} */ #ahead = new Map();
  /** Of libraries, by their images. @type {Map<string, WebAssembly.Module>} */ #code = new Map();
  /** @type {Promise<unknown>} */ #keeping = Promise.resolve();

  /**
   * @param {Manifest} manifest
   * @param {string} base
   * @param {Loader} loader
   * @param {{cached?: boolean, compiled?: WebAssembly.Module}} [had]  files are probably in the browser's cache; the interpreter
   */
  constructor(manifest, base, loader, { cached = false, compiled } = {}) {
    const { snapshot, stdlib, libraries, files, offline } = manifest, images = libraries.map(({ front, image }) => front || image);
    this.manifest = manifest;
    this.base = base;
    this.#loader = loader;
    // The site's own cache cannot be asked in the middle of a system call: where there is one, nothing is left for later.
    const later = Object.keys(files).filter((path) => offline && (path === stdlib || LATER.some((folder) => path.startsWith(folder))));
    loader.expect([...new Set([...SCRIPTS, ...(compiled ? [] : [WASM]), snapshot || stdlib, ...images, ...later])]);
    this.module = compiled ? Promise.resolve(compiled) : timed("compile", compileInterpreter(loader));
    this.glue = timed("Pyodide's scripts", importGlue(loader));
    const first = cached || compiled ? Promise.resolve() : Promise.race([loader.mostOf([WASM, COMPRESSED_WASM]), this.module]);
    this.snapshot = first.then(() => (snapshot ? timed("fetch of the snapshot", loader.loadOptional(snapshot)) : null));
    this.libraries = this.#compileAll(libraries);
    this.#keeping = Promise.all(later.filter((path) => !images.includes(path)).map((path) => this.#optional(path)));
    // Whoever needs one of them will see that it has failed; until then it is not unhandled.
    for (const asset of [this.module, this.glue, this.snapshot, this.libraries, this.#keeping]) asset.catch(() => {});
  }

  /** What no start can do without.  @throws where that has failed */
  async core() {
    const [compiled, glue] = await Promise.all([this.module, this.glue, this.#keeping.catch(() => {})]);
    return { compiled, ...glue };
  }

  /** The standard library's zip.  @returns {Promise<Response>} */
  async stdlib() {
    await this.#keeping.catch(() => {});
    const bytes = this.#ahead.get(this.manifest.stdlib);
    return bytes ? new Response(bytes) : this.#loader.load(this.manifest.stdlib);
  }

  /**
   * A file, in the middle of a system call.
   * @param {string} path
   * @returns {Uint8Array}
   * @throws where it cannot be had
   */
  now(path) {
    return this.#ahead.get(path) ?? fetchNow(urlOf(this.manifest, this.base, path), { name: path, ...this.manifest.files[path] });
  }

  /**
   * Libraries that the site's snapshot does not know.
   * @param {string[]} paths
   * @returns {Promise<Library[]>}
   */
  async librariesAt(paths) {
    if (!paths.length) return [];
    /** @type {Index} */
    const { images, files } = await (await this.#loader.load(this.manifest.index)).json();
    return this.#compileAll(paths.map((path) => ({ path, image: images[files[path.slice(FOLDER.length + 1)][0]], front: "" })));
  }

  /** The code of a library, which the page has compiled.  @param {string} image @param {WebAssembly.Module} module */
  keepCode(image, module) {
    this.#code.set(image, module);
  }

  /** @param {string} path */
  async #optional(path) {
    const bytes = await this.#loader.loadOptional(path);
    if (this.manifest.offline) this.#ahead.set(path, bytes);
    return bytes;
  }

  /** @param {Manifest["libraries"]} libraries @returns {Promise<Library[]>} */
  #compileAll(libraries) {
    return Promise.all(libraries.map(async ({ path, image, front }) => ({
      path,
      module: await compile(inflated(new Response(await this.#optional(front || image)))),
      ...(front && { code: (/** @type {any} */ emscripten) => this.#codeNow(emscripten, image) }),
    })));
  }

  /** @param {any} emscripten @param {string} image */
  #codeNow(emscripten, image) {
    return this.#code.get(image) ?? new WebAssembly.Module(/** @type {any} */ (gunzip(emscripten, this.now(image))));
  }
}

/** @param {Loader} loader */
async function importGlue({ importScript }) {
  const [{ loadPyodide }, { default: createModule }] = await Promise.all(SCRIPTS.map(importScript));
  return { loadPyodide, createModule };
}

/** @param {Loader} loader */
async function compileInterpreter(loader) {
  const { response, right } = await loader.loadEither(WASM, COMPRESSED_WASM);
  // Firefox keeps what it has compiled of what it fetched itself; of Chromium we have not seen it.
  const original = response.url && response.headers.get("Content-Type") === WASM_TYPE;
  const [module] = await Promise.all([original ? WebAssembly.compileStreaming(response) : compile(response), timed("fetch of the interpreter", right)]);
  return module;
}
