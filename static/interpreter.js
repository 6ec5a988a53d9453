// @ts-check
/**
 * Starts Pyodide from the site's own files, and is one of two places that touch what it keeps private (the other is
 * `snapshot.js`).
 */
import { describeCrash, dumpFrames, watchFinalizers } from "./crash.js";
import { makeLazy } from "./lazy-file.js";
import { paced } from "./pace.js";
import { offerParts } from "./parts.js";
import { mountPackages } from "./site-packages.js";
import { prepareGround, prepareRestore } from "./snapshot.js";
import { cutOff } from "./sockets.js";
import { stackGuard } from "./stack.js";
import { stepBegins, timed } from "./steps.js";
import { LOOK } from "./suspension.js";
import { HEADER } from "./webassembly.js";

/** @import { Assets } from "./assets.js" */
/** @import { TerminalDevice } from "./devices.js" */
/** @import { WorkerChannel } from "./protocol.js" */
/** @import { Ground, Library } from "./snapshot.js" */

const HOME = "/home/reader";
const STDLIB = "/lib/python314.zip";

/**
 * @typedef {object} InterpreterOptions
 * @property {Assets} assets
 * @property {TerminalDevice} terminal
 * @property {(() => number) | undefined} checkSignal   what running Python's looks for a signal call
 * @property {WorkerChannel["suspender"]} suspender   suspends the program where it waits
 * @property {Record<string, string>} environment    environment variables, besides those of every start
 * @property {object} host                           the module `_emrun_host`, which Python imports
 * @property {Record<string, unknown>} [globals]     what Python's module `js` holds
 * @property {(reason: string) => void} crashed      the interpreter cannot go on; called once
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
  if (!options.suspender) withoutStackSwitching();
  const finalizers = watchFinalizers();
  const restored = await tryToRestore(options), python = restored ?? (await boot(options));
  const { terminal, checkSignal, environment, crashed } = options;
  python._api.on_fatal = (/** @type {unknown} */ error) => {
    finalizers.died();
    const { reason, exit } = describeCrash(error);
    if (exit) dumpFrames(python._module); // otherwise Pyodide has
    crashed(reason);
  };
  finalizers.attend(python._module);
  terminal.install(python._module);
  cutOff(python._module);
  if (restored) python.pyimport("_emrun.startup").thaw(python.toPy(environment));
  // Python's look is ours (`useModule`): the buffer that Pyodide would look into only says that there is something to look for.
  if (checkSignal) python.setInterruptBuffer([0]);
  return { python, restored: !!restored };
}

/** @param {InterpreterOptions} options */
async function tryToRestore(options) {
  const { assets } = options;
  if (!assets.manifest.snapshot) return null;
  await assets.core(); // without this nothing starts, which is not the snapshot's fault
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
  const startup = python.pyimport("_emrun.startup");
  startup.adapt();
  startup.install();
  return python;
}

/** @param {InterpreterOptions} options @returns {Promise<any>} Pyodide's API */
async function restore(options) {
  const { assets } = options, { stdlib, files } = assets.manifest;
  const python = await start(options, Promise.resolve(new Response()), await assets.libraries, {
    // This only says that there is one: `prepareRestore` takes over.
    _loadSnapshot: new Uint8Array(0),
    _snapshotDeserializer: () => options.host,
    before: async (/** @type {any} */ module, /** @type {Ground} */ ground) => {
      prepareRestore(module, ground, /** @type {Uint8Array} */ (await assets.snapshot));
      const { FS } = module;
      FS.writeFile(STDLIB, "");
      makeLazy(FS, FS.lookupPath(STDLIB).node, files[stdlib].size, () => assets.now(stdlib));
    },
  });
  assets.snapshot = Promise.resolve(null); // nobody needs its bytes any more
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
async function start({ assets, terminal, checkSignal, suspender, environment, globals = {} }, stdlib, libraries, { before, ...special }) {
  const { base, manifest: { python, pyodide, index } } = assets, folder = `${base}pyodide/`;
  const guardStack = stackGuard();
  const { compiled, loadPyodide, createModule } = await assets.core();
  const stdLibURL = `${base}python_stdlib.zip`, wasm = `${folder}pyodide.asm.wasm`;
  /** @type {any} */
  let module;
  /** @type {any} */
  let exports;
  const wrap = (/** @type {any} */ imports) => {
    // Pyodide reads a signal and clears it in two steps, between which another would be lost; and this is called all the time.
    if (checkSignal) imports.env[LOOK] = checkSignal;
    terminal.wrapImports(imports);
    const linked = suspender?.(imports, () => Boolean(module?.validSuspender?.value));
    if (checkSignal) imports.env[LOOK] = paced(imports.env[LOOK]);
    return (/** @type {any} */ instance) => {
      exports = instance;
      offerParts(instance, (path) => assets.now(path));
      linked?.(instance);
    };
  };
  /** @type {(reason: unknown) => void} */
  let broken = () => {}, bootstrapped = () => {};
  const failed = new Promise((_, reject) => void (broken = reject));
  failed.catch(() => {}); // raced below; until then it is not unhandled
  stdlib.catch(broken);
  // Pyodide asks for its two files by `fetch`; the module that it is given is replaced below.
  const original = globalThis.fetch;
  const answers = new Map([[stdLibURL, stdlib], [wasm, Promise.resolve(new Response(HEADER, { headers: { "Content-Type": "application/wasm" } }))]]);
  globalThis.fetch = async (url, init) => answers.get(String(url)) ?? original(url, init);
  try {
    const starting = loadPyodide({
      indexURL: folder,
      stdLibURL,
      packageBaseUrl: base,
      lockFileContents: { info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python, version: pyodide }, packages: {} },
      // Hashes are the same for all readers, as in a snapshot.
      env: { HOME, LANG: "en_US.UTF-8", TERM: "xterm-256color", COLORTERM: "truecolor", ...environment, PYTHONHASHSEED: "0" },
      // The reader's code does not see the worker's globals, but for what it may use.
      jsglobals: globals,
      createPyodideModule: async (/** @type {any} */ settings) => {
        useModule(settings, compiled, wrap, broken);
        const ground = prepareGround(settings, libraries, broken);
        if (index) settings.preRun.push((/** @type {any} */ early) => mountPackages(early, index, (path) => assets.now(path)));
        module = await timed("instantiate", createModule(settings));
        await before?.(module, ground);
        bootstrapped = stepBegins("bootstrap");
        return module;
      },
      ...special,
    });
    const api = await Promise.race([starting, failed]);
    guardStack(exports, module.wasmTable);
    return api;
  } finally {
    bootstrapped();
    globalThis.fetch = original;
  }
}

/**
 * Call a Python function that takes no arguments, with no frame below its own.
 * @param {any} python
 * @param {number} callable  its address
 * @param {number} raised    the address of a list that takes the exception, if there is one
 */
export function callAtBottom({ _module, _api }, callable, raised) {
  try {
    const result = _module._PyObject_CallNoArgs(callable) || raise();
    _module._Py_DecRef(result);
  } catch (error) {
    _api.fatal_error(error); // as Pyodide's own calls do
  }
  function raise() {
    const error = _module._PyErr_GetRaisedException();
    _module._PyList_Append(raised, error);
    return error;
  }
}

/** Stack switching would send sleeps and asyncio through the event loop, where no signal reaches them. */
function withoutStackSwitching() {
  for (const name of ["Suspending", "promising"]) Reflect.deleteProperty(WebAssembly, name);
}

/**
 * Have Emscripten use a module that is compiled already. Pyodide still completes the imports, for the empty one.
 * @param {any} settings  Emscripten's
 * @param {WebAssembly.Module} compiled
 * @param {(imports: any) => (exports: any) => void} wrap  gives what is told of the exports
 * @param {(reason: unknown) => void} broken  Emscripten would wait for ever
 */
function useModule(settings, compiled, wrap, broken) {
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (/** @type {any} */ imports, /** @type {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} */ done) => {
    const linked = wrap(imports);
    return instantiateWasm(imports, () => {
      try {
        const instance = new WebAssembly.Instance(compiled, imports);
        linked(instance.exports);
        done(instance, compiled);
      } catch (error) {
        broken(error);
      }
    });
  };
}
