// @ts-check
/**
 * The thread of `python.mjs` in which Python runs.
 *
 * The only file of ours besides `interpreter.js` that touches `_module`, which is private to Pyodide: `_run_main` is
 * Py_RunMain(), the part of CPython's own main() that carries out -c, -m, `-` or a script and returns the exit status.
 */
import fs from "node:fs";
import path from "node:path";
import tty from "node:tty";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { MAX_READ, openWorkerEnd } from "../channel/shared-memory.js";
import { describeCrash, dumpFrames } from "../crash.js";
import { TerminalDevice } from "../devices.js";
import { cutOff } from "../sockets.js";
import { stackGuard } from "../stack.js";
import { LOOK } from "../suspension.js";
import { withTicks } from "../ticks.js";
import { output } from "./stdio.mjs";

/** Folders at the top of the machine that the interpreter needs for itself: its own devices and library. */
const OWN_FOLDERS = /^(dev|proc|sys|lib\w*)$/;

/** What Pyodide changes in Python's library is taken back; asyncio sleeps in this thread, where signals reach it. */
const RESTORE_PYTHON = `
import asyncio, sys, time
from pyodide import webloop
time.sleep, asyncio.run = webloop._orig_sleep, webloop._orig_run
asyncio._set_running_loop(None)
sys.excepthook = sys.__excepthook__
sys.path.remove("")
try:
    from _emrun import event_loop, httpx_transports, redrawing
    for part in (event_loop, httpx_transports, redrawing):
        part.install()
except ImportError: # a library that is not ours
    pass
`;

/** Whether a program has ended by a KeyboardInterrupt: CPython's main() looks for that, Py_RunMain() as Pyodide has it does not. */
const INTERRUPTED = `
import sys
isinstance(getattr(sys, "last_exc", None), KeyboardInterrupt) and not hasattr(sys, "ps1")
`;
/** What a page has for a program besides its terminal; here it is the clock alone. */
const NO_PAGE = { offer: () => false, draw: () => false };

// Python's own words come this way before the terminal is there; Emscripten's at an abort would get between them.
const { error: write } = console;
console.error = (...words) => void (String(words[0]).startsWith("Aborted(") || write(...words));

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { channel, tickEvery } = withTicks(openWorkerEnd(workerData.channel.memory, (data) => port.postMessage(data)));
const device = new TerminalDevice(channel);

/**
 * Mount every other top-level folder of this machine at its own path, so that paths mean the same on both sides.
 * @param {any} FS Emscripten's file system
 */
async function mountMachine(FS) {
  for (const name of fs.readdirSync("/")) {
    if (OWN_FOLDERS.test(name)) continue;
    let root;
    try {
      root = fs.realpathSync(`/${name}`);
      if (!fs.statSync(root).isDirectory()) continue;
    } catch {
      continue; // a dangling link, or a folder that only others may enter
    }
    FS.mkdirTree(`/${name}`);
    FS.mount(FS.filesystems.NODEFS, { root }, `/${name}`);
  }
  FS.chdir(process.cwd());
}

/** @returns {Record<string, string>} the environment Python sees */
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("EMRUN_"));
  // Pyodide sets PYTHONINSPECT unless it is there; an empty one counts as unset, so that python ends with its script.
  // Without a terminal of ours the prompt is the plain one: the other needs to set the terminal's modes.
  return /** @type {Record<string, string>} */ ({ PYTHONINSPECT: "", ...(workerData.raw ? {} : { PYTHON_BASIC_REPL: "1" }), ...Object.fromEntries(own) });
}

async function boot() {
  const folder = path.resolve(process.env.EMRUN_PYODIDE ?? ".");
  const [{ loadPyodide }, { default: createModule }] = await Promise.all(
    ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => import(pathToFileURL(path.join(folder, name)).href)),
  );
  const lock = JSON.parse(fs.readFileSync(path.join(folder, "pyodide-lock.json"), "utf8"));
  return loadPyodide({
    indexURL: folder + path.sep,
    stdLibURL: process.env.EMRUN_STDLIB ?? path.join(folder, "python_stdlib.zip"),
    // No package of Pyodide's own, and no other origin to look for one.
    lockFileContents: { info: lock.info, packages: {} },
    packageBaseUrl: folder + path.sep,
    args: process.argv.slice(2),
    env: environment(),
    fsInit: mountMachine,
    _sysExecutable: process.env.EMRUN_EXECUTABLE ?? workerData.program,
    createPyodideModule: (/** @type {any} */ settings) => {
      const { instantiateWasm } = settings;
      settings.instantiateWasm = (/** @type {any} */ imports, /** @type {any} */ done) => {
        imports.env[LOOK] = channel.takeSignal; // as in `interpreter.js`
        device.wrapImports(imports);
        return instantiateWasm(imports, (/** @type {WebAssembly.Instance} */ instance, /** @type {WebAssembly.Module} */ module) => {
          ({ exports } = instance);
          done(instance, module);
        });
      };
      return createModule(settings);
    },
  });
}

/** Standard input by way of the other thread, so that a signal ends a read.  @param {any} FS */
function interruptibleInput(FS) {
  const read = (/** @type {Uint8Array} */ buffer) => {
    if (!buffer.length) return 0; // musl's fgets() begins with an empty vector
    const reply = channel.call({ call: "read", max: Math.min(buffer.length, MAX_READ), wait: true, prompt: false });
    if ("errno" in reply) throw new FS.ErrnoError(reply.errno);
    const bytes = "bytes" in reply ? reply.bytes : new Uint8Array(0);
    buffer.set(bytes);
    return bytes.length;
  };
  return { isatty: tty.isatty(0), read };
}

/** What the interpreter's WebAssembly exports. @type {any} */
let exports;
/** Pyodide's API, once it has started. @type {any} */
let python;

async function main() {
  python = await boot();
  stackGuard()(exports, python._module.wasmTable);
  cutOff(python._module);
  python.registerJsModule("_emrun_host", { ...NO_PAGE, tickEvery });
  python.runPython(RESTORE_PYTHON);
  python.setStdin(interruptibleInput(python.FS));
  python.setStdout(output(1));
  python.setStderr(output(2));
  device.install(python._module, workerData.raw ? [0, 1, 2].filter((fd) => tty.isatty(fd)) : []);
  python.setInterruptBuffer([0]);
  const status = python._module._run_main();
  return { status, interrupted: status === 1 && python.runPython(INTERRUPTED) };
}

/** @type {any} */
const end = { type: "exit", status: 0 };
try {
  Object.assign(end, await main());
} catch (error) {
  // --version, os._exit() and a fatal signal unwind the interpreter instead of returning.
  const { reason, status, exit } = describeCrash(error);
  if (!exit && python) dumpFrames(python._module);
  Object.assign(end, exit ? { status } : { status, reason: `${reason}.` });
}
channel.post(end);
