// @ts-check
/**
 * Starts Pyodide from the site's own files, and is one of two places that touch what it keeps private (the other is
 * `snapshot.js`).
 */
import { fetchNow, makeLazyFile } from "./lazy-file.js";
import { mountPackages } from "./site-packages.js";
import { prepareGround, prepareRestore } from "./snapshot.js";

/** @import { Assets } from "./assets.js" */
/** @import { TerminalDevice } from "./devices.js" */
/** @import { Ground, Library } from "./snapshot.js" */

const HOME = "/home/reader";
const STDLIB = "/lib/python314.zip";
/** The smallest WebAssembly module there is: magic and version. */
const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/**
 * @typedef {object} InterpreterOptions
 * @property {Assets} assets
 * @property {TerminalDevice} terminal
 * @property {Int32Array | undefined} signals
 * @property {Record<string, string>} environment    environment variables, besides those of every start
 * @property {object} host                           the module `_emrun_host`, which Python imports
 * @property {(reason: string) => void} crashed      the interpreter cannot go on
 */
/**
 * What one way to start tells Pyodide besides. `before` is called with Emscripten's module before it becomes Pyodide.
 * @typedef {Record<string, any> & {before?: (module: any, ground: Ground) => Promise<void> | void}} Special
 */

/**
 * From the site's snapshot, where it has one; else, or where that fails, from the standard library.
 * @param {InterpreterOptions} options
 * @returns {Promise<{python: any, restored: boolean}>} Pyodide's API, and whether it comes from the snapshot
 * @throws whatever went wrong on the way; nothing is left running
 */
export async function startInterpreter(options) {
  withoutStackSwitching();
  const restored = await tryToRestore(options), python = restored ?? (await boot(options));
  const { terminal, signals, environment, crashed } = options;
  python._api.on_fatal = (/** @type {any} */ error) => crashed(String(error?.message ?? error));
  terminal.install(python._module);
  if (restored) python.pyimport("_emrun.startup").thaw(python.toPy(environment));
  if (signals) python.setInterruptBuffer(takenAtOnce(signals));
  return { python, restored: !!restored };
}

/** @param {InterpreterOptions} options */
async function tryToRestore(options) {
  const { snapshot } = await options.assets.manifest;
  if (!snapshot) return null;
  try {
    return await restore(options);
  } catch (error) {
    console.warn(`Python starts without its snapshot, more slowly: ${/** @type {any} */ (error)?.message ?? error}`, error);
    return null;
  }
}

/**
 * @param {InterpreterOptions} options
 * @param {Special} [special]
 * @param {Library[]} [libraries]
 * @returns {Promise<any>} Pyodide's API; nothing is attached to it yet
 */
export async function boot(options, special = {}, libraries = []) {
  const python = await start(options, options.assets.stdlib(), libraries, special);
  python.registerJsModule("_emrun_host", options.host);
  python.pyimport("_emrun.startup").adapt();
  return python;
}

/** @param {InterpreterOptions} options @returns {Promise<any>} Pyodide's API */
async function restore(options) {
  const { assets } = options, { stdlib, files } = await assets.manifest;
  const python = await start(options, Promise.resolve(new Response()), await assets.libraries, {
    // This only says that there is one: `prepareRestore` takes over.
    _loadSnapshot: new Uint8Array(0),
    _snapshotDeserializer: () => options.host,
    before: async (/** @type {any} */ module, /** @type {Ground} */ ground) => {
      prepareRestore(module, ground, /** @type {Uint8Array} */ (await assets.snapshot));
      makeLazyFile(module.FS, STDLIB, files[stdlib].size, () => fetchNow(assets.loader.base + stdlib));
    },
  });
  python.pyimport("_emrun.startup").adapt();
  return python;
}

/**
 * @param {InterpreterOptions} options
 * @param {Promise<Response>} stdlib
 * @param {Library[]} libraries
 * @param {Special} special
 * @returns {Promise<any>} Pyodide's API
 */
async function start({ assets, terminal, environment }, stdlib, libraries, { before, ...special }) {
  const { base } = assets.loader, folder = `${base}pyodide/`;
  const [{ python, pyodide, index }, { loadPyodide, createModule }, compiled] = await Promise.all([assets.manifest, assets.glue, assets.module]);
  const stdLibURL = `${base}python_stdlib.zip`, wasm = `${folder}pyodide.asm.wasm`;
  /** @type {(reason: unknown) => void} */
  let broken = () => {};
  const failed = new Promise((_, reject) => void (broken = reject));
  failed.catch(() => {}); // raced below; until then it is not unhandled
  stdlib.catch(broken);
  // Pyodide asks for its two files by `fetch`; the module that it is given is replaced below.
  const original = globalThis.fetch;
  const answers = new Map([[stdLibURL, stdlib], [wasm, Promise.resolve(new Response(EMPTY_MODULE, { headers: { "Content-Type": "application/wasm" } }))]]);
  globalThis.fetch = async (url, init) => answers.get(String(url)) ?? original(url, init);
  try {
    const starting = loadPyodide({
      indexURL: folder,
      stdLibURL,
      packageBaseUrl: base,
      lockFileContents: { info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python, version: pyodide }, packages: {} },
      // Hashes are the same for all readers, as in a snapshot.
      env: { HOME, LANG: "en_US.UTF-8", TERM: "xterm-256color", COLORTERM: "truecolor", ...environment, PYTHONHASHSEED: "0" },
      // The reader's code does not see the worker's globals.
      jsglobals: {},
      createPyodideModule: async (/** @type {any} */ settings) => {
        useModule(settings, compiled, (imports) => terminal.wrapImports(imports), broken);
        const ground = prepareGround(settings, libraries, broken);
        if (index) settings.preRun.push((/** @type {any} */ module) => mountPackages(module, base, index));
        const module = await createModule(settings);
        await before?.(module, ground);
        return module;
      },
      ...special,
    });
    return await Promise.race([starting, failed]);
  } finally {
    globalThis.fetch = original;
  }
}

/**
 * The signal buffer as Pyodide reads it: `signal = buffer[0]; buffer[0] = 0`. Between the two the page could raise another
 * signal, which would be lost; so reading takes it, and writing does nothing.
 * @param {Int32Array} signals
 */
function takenAtOnce(signals) {
  return {
    get 0() {
      return Atomics.exchange(signals, 0, 0);
    },
    set 0(_) {},
  };
}

/** Stack switching would send sleeps and asyncio through the event loop, where no signal reaches them. */
function withoutStackSwitching() {
  for (const name of ["Suspending", "promising"]) Reflect.deleteProperty(WebAssembly, name);
}

/**
 * Have Emscripten use a module that is compiled already. Pyodide still completes the imports, for the empty one.
 * @param {any} settings  Emscripten's
 * @param {WebAssembly.Module} compiled
 * @param {(imports: any) => void} wrap
 * @param {(reason: unknown) => void} broken  Emscripten would wait for ever
 */
function useModule(settings, compiled, wrap, broken) {
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (/** @type {any} */ imports, /** @type {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} */ done) => {
    wrap(imports);
    return instantiateWasm(imports, () => {
      try {
        done(new WebAssembly.Instance(compiled, imports), compiled);
      } catch (error) {
        broken(error);
      }
    });
  };
}
