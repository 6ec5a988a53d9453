// @ts-check
/**
 * Starts Pyodide from the site's own files: the only importer of Pyodide, and the only place that touches what it keeps private.
 */
import { unpack } from "./archive.js";
import { PYODIDE_SCRIPTS } from "./loader.js";

/** @import { Manifest, WorkerChannel } from "./protocol.js" */
/** @import { TerminalDevice } from "./devices.js" */

const HOME = "/home/reader";
const SITE_PACKAGES = "/lib/python3.14/site-packages";

/** Pyodide's own note on every import that fails, and what it changes in Python's library, is taken back. */
const RESTORE_PYTHON = `
import asyncio, os, sys, time
from pyodide import webloop
time.sleep, asyncio.run = webloop._orig_sleep, webloop._orig_run
asyncio._set_running_loop(None)
sys.excepthook = sys.__excepthook__
os.environ.pop("PYTHONINSPECT", None)
`;

/**
 * @typedef {object} InterpreterOptions
 * @property {string} base                           URL of the bundle's folder, with a slash at its end
 * @property {Manifest} manifest
 * @property {TerminalDevice} terminal
 * @property {(() => number) | undefined} checkSignal   what running Python's looks for a signal call
 * @property {WorkerChannel["suspender"]} suspender   suspends the program where it waits
 * @property {Record<string, string>} environment    environment variables
 * @property {import("./loader.js").Loader} loader
 * @property {(reason: string) => void} crashed      the interpreter cannot go on
 */

/**
 * @param {InterpreterOptions} options
 * @returns {Promise<any>} Pyodide's API
 * @throws whatever went wrong on the way; nothing is left running
 */
export async function startInterpreter({ base, manifest, terminal, checkSignal, suspender, environment, loader: { load, importScript }, crashed }) {
  if (!suspender) withoutStackSwitching();
  const folder = `${base}pyodide/`, wasm = `${folder}pyodide.asm.wasm`, stdlib = base + manifest.stdlib;
  // Everything starts at once; Pyodide asks for its two files by `fetch`.
  const assets = new Map([wasm, stdlib].map((url) => [url, load(url)]));
  const images = Promise.all(manifest.images.map(async ({ path }) => inflate(await load(base + path))));
  const failed = new Promise((_, reject) => [...assets.values(), images].forEach((asset) => asset.catch(reject)));
  failed.catch(() => {}); // raced below; until then it is not unhandled
  /** @type {any} */
  let module;
  const wrap = (/** @type {any} */ imports) => {
    terminal.wrapImports(imports);
    return suspender?.(imports, () => Boolean(module?.validSuspender?.value));
  };
  const original = globalThis.fetch;
  globalThis.fetch = async (url, init) => assets.get(String(url)) ?? original(url, init);
  try {
    const [{ loadPyodide }, { default: createModule }] = await Promise.all(PYODIDE_SCRIPTS.map(importScript));
    const starting = loadPyodide({
      indexURL: folder,
      stdLibURL: stdlib,
      packageBaseUrl: base,
      lockFileContents: { info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: manifest.python, version: manifest.pyodide }, packages: {} },
      env: { HOME, LANG: "en_US.UTF-8", TERM: "xterm-256color", COLORTERM: "truecolor", ...environment },
      // The reader's code does not see the worker's globals.
      jsglobals: {},
      fsInit: async (/** @type {any} */ FS) => (await images).forEach((tar) => unpack(FS, tar, SITE_PACKAGES)),
      createPyodideModule: async (/** @type {any} */ settings) => (module = await createModule(withImports(settings, wrap))),
    });
    const python = await Promise.race([starting, failed]);
    python._api.on_fatal = (/** @type {any} */ error) => crashed(String(error?.message ?? error));
    python.runPython(RESTORE_PYTHON);
    terminal.install(python._module);
    if (checkSignal) python.setInterruptBuffer(takenAtOnce(checkSignal));
    return python;
  } finally {
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

/**
 * The signal buffer as Pyodide reads it: `signal = buffer[0]; buffer[0] = 0`. Between the two the page could raise another
 * signal, which would be lost; so reading takes it, and writing does nothing.
 * @param {() => number} checkSignal
 */
export function takenAtOnce(checkSignal) {
  return {
    get 0() {
      return checkSignal();
    },
    set 0(_) {},
  };
}

/** Stack switching would send sleeps and asyncio through the event loop, where no signal reaches them. */
function withoutStackSwitching() {
  for (const name of ["Suspending", "promising"]) Reflect.deleteProperty(WebAssembly, name);
}

/** @param {any} settings Emscripten's @param {(imports: any) => ((exports: any) => void) | undefined} wrap  may give what is told of the exports */
function withImports(settings, wrap) {
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (/** @type {any} */ imports, /** @type {any} */ done) => {
    const linked = wrap(imports);
    return instantiateWasm(imports, (/** @type {WebAssembly.Instance} */ instance, /** @type {unknown} */ code) => {
      linked?.(instance.exports);
      done(instance, code);
    });
  };
  return settings;
}

/** @param {Response} response @returns {Promise<Uint8Array>} */
async function inflate(response) {
  const body = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body);
  return new Uint8Array(await new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}
