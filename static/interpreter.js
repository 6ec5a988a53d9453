// @ts-check
/**
 * Starts Pyodide from the site's own files: the only importer of Pyodide, and the only place that touches what it keeps private.
 */
import { unpack } from "./archive.js";
import { fetchNow, makeLazyFile } from "./lazy-file.js";
import { prepareRestore, watchMemory } from "./snapshot.js";

/** @import { Manifest } from "./protocol.js" */
/** @import { TerminalDevice } from "./devices.js" */

const HOME = "/home/reader";
const SITE_PACKAGES = "/lib/python3.14/site-packages";
const STDLIB = "/lib/python314.zip";

/**
 * @typedef {object} InterpreterOptions
 * @property {string} base                           URL of the bundle's folder, with a slash at its end
 * @property {Manifest} manifest
 * @property {TerminalDevice} terminal
 * @property {Int32Array | undefined} signals
 * @property {Record<string, string>} environment    environment variables
 * @property {(url: string) => Promise<Response>} load   fetches an asset
 * @property {object} host                           the module `_emrun_host`, which Python imports
 * @property {(reason: string) => void} crashed      the interpreter cannot go on
 */

/**
 * What one way to start tells Pyodide besides. `modified` is called with Emscripten's module before it becomes Pyodide, and with
 * what was in its memory before it began.
 * @typedef {Record<string, any> & {modified?: (module: any, pristine: Uint8Array) => Promise<void> | void}} Special
 */

/**
 * From the site's snapshot, where it has one; else, or where that fails, from the standard library.
 * @param {InterpreterOptions} options
 * @returns {Promise<any>} Pyodide's API
 * @throws whatever went wrong on the way; nothing is left running
 */
export async function startInterpreter(options) {
  withoutStackSwitching();
  const python = await restoreOrBoot(options);
  const { terminal, signals, crashed } = options;
  python._api.on_fatal = (/** @type {any} */ error) => crashed(String(error?.message ?? error));
  terminal.install(python._module);
  if (signals) python.setInterruptBuffer(takenAtOnce(signals));
  return python;
}

/** @param {InterpreterOptions} options */
async function restoreOrBoot(options) {
  if (!options.manifest.snapshot) return boot(options);
  try {
    return await restore(options);
  } catch (error) {
    console.warn(`Python starts more slowly: ${/** @type {any} */ (error)?.message ?? error}`, error);
    return boot(options);
  }
}

/**
 * @param {InterpreterOptions} options
 * @param {Special} [special]
 * @returns {Promise<any>} Pyodide's API; nothing is attached to it yet
 */
export async function boot(options, special = {}) {
  const { base, manifest, load, host } = options;
  const python = await start(options, load(base + manifest.stdlib), special);
  python.registerJsModule("_emrun_host", host);
  python.pyimport("_emrun.startup").adapt();
  return python;
}

/** @param {InterpreterOptions} options */
async function restore(options) {
  const { base, manifest, load } = options;
  const file = load(base + manifest.snapshot).then(async (response) => new Uint8Array(await response.arrayBuffer()));
  const stdlib = base + manifest.stdlib;
  const python = await start(options, Promise.resolve(new Response()), {
    // Whatever is here only says that there is one: `prepareRestore` takes over.
    _loadSnapshot: new Uint8Array(0),
    _snapshotDeserializer: () => options.host,
    modified: async (/** @type {any} */ module, /** @type {Uint8Array} */ pristine) => {
      prepareRestore(module, pristine, await file);
      makeLazyFile(module.FS, STDLIB, manifest.files[manifest.stdlib].size, () => fetchNow(stdlib));
    },
  });
  const startup = python.pyimport("_emrun.startup");
  startup.adapt();
  startup.thaw(python.toPy(options.environment));
  return python;
}

/**
 * @param {InterpreterOptions} options
 * @param {Promise<Response>} stdlib
 * @param {Special} special
 * @returns {Promise<any>} Pyodide's API
 */
async function start(options, stdlib, { modified, ...special }) {
  const { base, manifest, terminal, load } = options;
  const folder = `${base}pyodide/`, wasm = `${folder}pyodide.asm.wasm`, stdLibURL = base + manifest.stdlib;
  // Everything starts at once; Pyodide asks for its two files by `fetch`.
  const assets = new Map([[wasm, load(wasm)], [stdLibURL, stdlib]]);
  const images = Promise.all(manifest.images.map(async ({ path }) => inflate(await load(base + path))));
  const failed = new Promise((_, reject) => [...assets.values(), images].forEach((asset) => asset.catch(reject)));
  failed.catch(() => {}); // raced below; until then it is not unhandled
  const original = globalThis.fetch;
  globalThis.fetch = async (url, init) => assets.get(String(url)) ?? original(url, init);
  try {
    const [{ loadPyodide }, { default: createModule }] = await Promise.all([import(`${folder}pyodide.mjs`), import(`${folder}pyodide.asm.mjs`)]);
    const starting = loadPyodide({
      indexURL: folder,
      stdLibURL,
      packageBaseUrl: base,
      lockFileContents: { info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: manifest.python, version: manifest.pyodide }, packages: {} },
      // The same for all readers, as in a snapshot.
      env: { ...variables(options), PYTHONHASHSEED: "0" },
      // The reader's code does not see the worker's globals.
      jsglobals: {},
      fsInit: async (/** @type {any} */ FS) => (await images).forEach((tar) => unpack(FS, tar, SITE_PACKAGES)),
      createPyodideModule: async (/** @type {any} */ settings) => {
        const pristine = watchMemory(settings);
        const module = await createModule(withImports(settings, (imports) => terminal.wrapImports(imports)));
        await modified?.(module, pristine.memory);
        return module;
      },
      ...special,
    });
    return await Promise.race([starting, failed]);
  } finally {
    globalThis.fetch = original;
  }
}

/** @param {InterpreterOptions} options @returns {Record<string, string>} all environment variables */
function variables({ environment }) {
  return { HOME, LANG: "en_US.UTF-8", TERM: "xterm-256color", COLORTERM: "truecolor", ...environment };
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

/** @param {any} settings Emscripten's @param {(imports: any) => void} wrap */
function withImports(settings, wrap) {
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (/** @type {any} */ imports, /** @type {any} */ done) => {
    wrap(imports);
    return instantiateWasm(imports, done);
  };
  return settings;
}

/** @param {Response} response @returns {Promise<Uint8Array>} */
async function inflate(response) {
  const body = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body);
  return new Uint8Array(await new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}
