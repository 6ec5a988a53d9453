// @ts-check
/** What a start takes: everything is fetched at the same time, and worked on while it arrives. */
import { Loader, inflated } from "./loader.js";
import { SCHEMA } from "./protocol.js";
import { FOLDER } from "./site-packages.js";

/** @import { Manifest } from "./protocol.js" */
/** @import { Library } from "./snapshot.js" */
/** @import { Index } from "./site-packages.js" */

const WASM = "pyodide/pyodide.asm.wasm", COMPRESSED_WASM = "pyodide/pyodide.asm.bin";

export class Assets {
  loader;
  /** @type {Promise<Manifest>} */ manifest;
  /** The compiled interpreter. @type {Promise<WebAssembly.Module>} */ module;
  /** Pyodide's two scripts. @type {Promise<{loadPyodide: Function, createModule: Function}>} */ glue;
  /** The interpreter's memory, where the site has it. @type {Promise<Uint8Array | null>} */ snapshot;
  /** What has to be loaded before that is put back. @type {Promise<Library[]>} */ libraries;

  /** @param {string} base  URL of the bundle's folder, with a slash at its end */
  constructor(base) {
    const { load } = (this.loader = new Loader(base));
    this.manifest = this.#readManifest();
    this.module = this.loader.loadEither(WASM, COMPRESSED_WASM).then(compile);
    this.glue = importGlue(`${base}pyodide/`);
    this.snapshot = this.manifest.then(async ({ snapshot }) => (snapshot ? bytes(await load(snapshot)) : null));
    this.libraries = this.manifest.then(({ libraries }) => this.#compileAll(libraries));
    // Whoever needs one of them will see that it has failed; until then it is not unhandled.
    for (const asset of [this.manifest, this.module, this.glue, this.snapshot, this.libraries]) asset.catch(() => {});
  }

  /** The standard library's zip.  @returns {Promise<Response>} */
  async stdlib() {
    return this.loader.load((await this.manifest).stdlib);
  }

  /**
   * Libraries that the site's snapshot does not know.
   * @param {string[]} paths
   * @returns {Promise<Library[]>}
   */
  async librariesAt(paths) {
    if (!paths.length) return [];
    /** @type {Index} */
    const { images, files } = await (await this.loader.load((await this.manifest).index)).json();
    return this.#compileAll(paths.map((path) => ({ path, image: images[files[path.slice(FOLDER.length + 1)][0]] })));
  }

  /** @param {Manifest["libraries"]} libraries @returns {Promise<Library[]>} */
  #compileAll(libraries) {
    const compiling = libraries.map(async ({ path, image }) => [path, await compile(inflated(await this.loader.load(image)))]);
    return /** @type {Promise<Library[]>} */ (Promise.all(compiling));
  }

  async #readManifest() {
    const manifest = /** @type {Manifest} */ (await (await this.loader.load("manifest.json")).json());
    if (manifest.schema !== SCHEMA) throw new Error("the site's files are of two versions: reload the page");
    this.loader.expect(manifest, [WASM, manifest.snapshot || manifest.stdlib, ...manifest.libraries.map(({ image }) => image)]);
    return manifest;
  }
}

/** @param {string} folder */
async function importGlue(folder) {
  const [{ loadPyodide }, { default: createModule }] = await Promise.all([import(`${folder}pyodide.mjs`), import(`${folder}pyodide.asm.mjs`)]);
  return { loadPyodide, createModule };
}

/** @param {Response} response */
function compile({ body }) {
  // It compiles while it streams only under its own type, which not every host sends.
  return WebAssembly.compileStreaming(new Response(body, { headers: { "Content-Type": "application/wasm" } }));
}

/** @param {Response} response */
async function bytes(response) {
  return new Uint8Array(await response.arrayBuffer());
}
