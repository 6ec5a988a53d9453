// @ts-check
// A command-line `python` on this machine's files: Pyodide under Node, arguments as python(1) takes them.
//
// It answers the questions of `uv --python`, compiles the bytecode that the site ships, and is what
// `sphinx-emrun python` runs. Environment, none of which Python sees:
//   EMRUN_PYODIDE      folder of the distribution (pyodide.mjs, pyodide.asm.*, python_stdlib.zip)
//   EMRUN_STDLIB       another standard-library zip than the distribution's (optional)
//   EMRUN_EXECUTABLE   what sys.executable says (optional)
//
// The only file of ours that touches `_module`, which is private to Pyodide: `_run_main` is Py_RunMain(), the part
// of CPython's own main() that carries out -c, -m, `-` or a script and returns the exit status; `SOCKFS` is how
// Emscripten's sockets would reach the network if a package `ws` happened to lie around.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { input, output } from "./stdio.mjs";

/** Folders at the top of the machine that the interpreter needs for itself: its own devices and library. */
const OWN_FOLDERS = /^(dev|proc|sys|lib\w*)$/;

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
  return /** @type {Record<string, string>} */ ({ PYTHONINSPECT: "", ...Object.fromEntries(own) });
}

async function boot() {
  const folder = path.resolve(process.env.EMRUN_PYODIDE ?? ".");
  const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);
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
    _sysExecutable: process.env.EMRUN_EXECUTABLE ?? process.argv[1],
  });
}

/**
 * No network, as in a browser's worker: connecting and listening fail there with the same errors.
 * @param {any} python
 */
function cutOff({ FS, ERRNO_CODES, _module: { SOCKFS } }) {
  const fail = (/** @type {number} */ errno) => () => {
    throw new FS.ErrnoError(errno);
  };
  Object.assign(SOCKFS.websocket_sock_ops, {
    connect: fail(ERRNO_CODES.EHOSTUNREACH),
    listen: fail(ERRNO_CODES.EOPNOTSUPP),
  });
}

async function main() {
  const python = await boot();
  cutOff(python);
  python.setStdin(input());
  python.setStdout(output(1));
  python.setStderr(output(2));
  return python._module._run_main();
}

let status;
try {
  status = await main();
} catch (error) {
  // --version, os._exit() and a fatal signal unwind the interpreter instead of returning.
  const { name, status: code } = /** @type {{name?: string, status?: number}} */ (error);
  if (code === undefined || (name !== "Exit" && name !== "ExitStatus")) throw error;
  status = code;
}
process.exit(status);
